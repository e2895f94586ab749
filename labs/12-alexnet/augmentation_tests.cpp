// Tests of 12.4.
#include <set>

#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab12;
using namespace cnn::grader;

namespace {

// A picture of C × H × W numbers that all differ: 0, 1, 2, …
Tensor counting(const Shape& shape) {
    Tensor x(shape);
    for (Index i = 0; i < x.count(); ++i) x[i] = static_cast<float>(i);
    return x;
}

// Sums of up to 200 terms below 1 in single precision: 2 · 200u = 2.4e-5 at most; half of that.
constexpr Tolerance of_covariance{.relative = 1e-5, .absolute = 1.2e-5};

}  // namespace

BOOST_AUTO_TEST_SUITE(task_12_4)

// ---- crops ----

const Tensor handout_image({1, 3, 4}, {1, 2, 3, 4,  //
                                       5, 6, 7, 8,  //
                                       9, 10, 11, 12});

BOOST_AUTO_TEST_CASE(the_handout_s_crops) {
    check_same(student(crop, handout_image, 1, 2, 2, false), Tensor({1, 2, 2}, {7, 8, 11, 12}));
    check_same(student(crop, handout_image, 1, 2, 2, true), Tensor({1, 2, 2}, {8, 7, 12, 11}));
}
void check_crop(const Shape& shape, Index row, Index column, Index size, bool mirrored) {
    const Tensor image = counting(shape);
    check_same(student(crop, image, row, column, size, mirrored), crop(image, row, column, size, mirrored));
}
BOOST_AUTO_TEST_CASE(crop_of_one_pixel) { check_crop({1, 1, 1}, 0, 0, 1, true); }
BOOST_AUTO_TEST_CASE(crop_of_three_colours) { check_crop({3, 5, 6}, 2, 1, 3, false); }
BOOST_AUTO_TEST_CASE(crop_mirrored) { check_crop({3, 6, 5}, 1, 2, 3, true); }
BOOST_AUTO_TEST_CASE(crop_of_everything) { check_crop({2, 4, 4}, 0, 0, 4, true); }
BOOST_AUTO_TEST_CASE(crop_at_the_last_place) {
    check_crop({1, 4, 5}, 1, 2, 3, false);
    check_crop({1, 4, 5}, 3, 4, 1, true);
}

void check_random(const Shape& shape, Index size, std::uint32_t seed) {
    const Tensor image = counting(shape);
    check_same(student(random_crop, image, size, seed), random_crop(image, size, seed));
}
BOOST_AUTO_TEST_CASE(random_crops_of_a_seed) {
    for (std::uint32_t seed = 1; seed <= 6; ++seed) check_random({3, 9, 12}, 5, seed);
}
BOOST_AUTO_TEST_CASE(random_crop_of_everything) { check_random({1, 4, 4}, 4, 3); }
BOOST_AUTO_TEST_CASE(random_crops_reach_every_place_and_both_sides) {
    std::set<std::pair<float, bool>> seen;
    for (std::uint32_t seed = 1; seed <= 120; ++seed) {
        const Tensor square = student(random_crop, counting({1, 3, 3}), 2, seed);
        if (square.count() == 4) seen.insert({std::min(square[0], square[1]), square[0] > square[1]});
    }
    check_that(seen.size() == 8, fmt::format("120 crops of 2×2 out of 3×3 pixels: {} different ones, expected 8 (four "
                                             "places, mirrored or not)",
                                             seen.size()));
}

// ---- ten crops ----

BOOST_AUTO_TEST_CASE(ten_crops_of_the_handout) {
    check_same(student(ten_crop, handout_image, 2),
               Tensor({10, 1, 2, 2}, {1, 2, 5, 6, 3, 4, 7, 8, 5, 6, 9,  10, 7, 8, 11, 12, 2, 3, 6, 7,  //
                                      4, 3, 8, 7, 2, 1, 6, 5, 8, 7, 12, 11, 6, 5, 10, 9,  3, 2, 7, 6}));
}
void check_ten(const Shape& shape, Index size) {
    const Tensor image = counting(shape);
    check_same(student(ten_crop, image, size), ten_crop(image, size));
}
BOOST_AUTO_TEST_CASE(ten_crops_of_colours) { check_ten({3, 8, 6}, 4); }
BOOST_AUTO_TEST_CASE(ten_crops_with_odd_rests) {
    check_ten({1, 7, 8}, 4);
    // In the mirror image the centre begins one column further to the left.
    check_ten({1, 3, 5}, 2);
    check_ten({3, 6, 9}, 4);
}
BOOST_AUTO_TEST_CASE(ten_crops_of_everything) { check_ten({2, 3, 3}, 3); }
BOOST_AUTO_TEST_CASE(ten_crops_agree_with_torchvision) {
    check_same(student(ten_crop, picture({3, 11, 15}, 1), 7), golden("ten_crop"));
}

BOOST_AUTO_TEST_CASE(probabilities_of_the_handout) {
    // Nine crops say nothing, one is sure of class 0: (9 · 0.5 + 1) / 10.
    Tensor scores({10, 2});
    scores(3, 0) = 60;
    check_same(student(ten_crop_probabilities, scores), Tensor({1, 2}, {0.55f, 0.45f}), of_exponentials);
}
void check_probabilities(Index images, Index classes, float scale) {
    Tensor scores = random({10 * images, classes}, 2);
    scores *= scale;
    check_same(student(ten_crop_probabilities, scores), ten_crop_probabilities(scores), of_exponentials);
}
BOOST_AUTO_TEST_CASE(probabilities_of_one_image) { check_probabilities(1, 4, 3); }
BOOST_AUTO_TEST_CASE(probabilities_of_several_images) { check_probabilities(3, 5, 4); }
BOOST_AUTO_TEST_CASE(probabilities_of_large_scores) {
    // Each class in turn is the largest, by far.
    Tensor scores = random({10, 3}, 2);
    for (Index row = 0; row < 10; ++row) scores(row, row % 3) = 300;
    check_same(student(ten_crop_probabilities, scores), ten_crop_probabilities(scores), of_exponentials);
}
BOOST_AUTO_TEST_CASE(probabilities_agree_with_pytorch) {
    Tensor scores = random({20, 6}, 3);
    scores *= 4;
    check_same(student(ten_crop_probabilities, scores), golden("ten_crop_probabilities"), of_exponentials);
}

// ---- colours ----

BOOST_AUTO_TEST_CASE(covariance_of_the_handout) {
    // Two pixels, (0.2, 0.4, 0.5) and (0.6, 0.6, 0.5).
    check_same(student(colour_covariance, Tensor({1, 3, 1, 2}, {0.2f, 0.6f, 0.4f, 0.6f, 0.5f, 0.5f})),
               Tensor({3, 3}, {0.04f, 0.02f, 0, 0.02f, 0.01f, 0, 0, 0, 0}), {.absolute = 1e-6});
}
void check_covariance(const Tensor& images) {
    check_same(student(colour_covariance, images), colour_covariance(images), of_covariance);
}
BOOST_AUTO_TEST_CASE(covariance_of_one_image) { check_covariance(picture({1, 3, 4, 5}, 4)); }
BOOST_AUTO_TEST_CASE(covariance_of_several_images) {
    Tensor images = picture({3, 3, 5, 4}, 5);
    for (Index i = 0; i < 60; ++i) images[i] *= 0.3f;  // the first is darker than the others
    check_covariance(images);
}
BOOST_AUTO_TEST_CASE(covariance_of_one_colour) { check_covariance(Tensor::full({1, 3, 2, 2}, 0.5f)); }
BOOST_AUTO_TEST_CASE(covariance_of_a_large_bright_image) {
    Tensor image = picture({1, 3, 400, 400}, 9);
    for (float& v : image.values()) v = 0.95f + 0.002f * v;
    check_same(student(colour_covariance, image), colour_covariance(image), {.relative = 1e-3, .absolute = 1e-10});
}
BOOST_AUTO_TEST_CASE(covariance_agrees_with_numpy) {
    check_same(student(colour_covariance, picture({2, 3, 6, 7}, 6)), golden("covariance"), of_covariance);
}

// The handout's axes: 0.05 along (2, 1, 0) / √5, 0.02 along (0, 0, 1), nothing along the third.
const data::PrincipalComponents handout_components{
    Tensor({3}, {0.05f, 0.02f, 0}), Tensor({3, 3}, {0.8944272f, 0, -0.4472136f, 0.4472136f, 0, 0.8944272f, 0, 1, 0})};

BOOST_AUTO_TEST_CASE(shift_of_the_handout) {
    check_same(student(shift_colours, Tensor::full({3, 1, 2}, 0.5f), handout_components, std::vector<float>{2, -1, 5}),
               Tensor({3, 1, 2}, {0.58944272f, 0.58944272f, 0.54472136f, 0.54472136f, 0.48f, 0.48f}),
               {.absolute = 1e-6});
}
data::PrincipalComponents components_of(std::uint32_t seed) {
    return data::principal_components(colour_covariance(picture({1, 3, 4, 6}, seed)));
}
void check_shift(const Shape& shape, const std::vector<float>& alpha) {
    const Tensor image = picture(shape, 7);
    check_same(student(shift_colours, image, components_of(8), alpha), shift_colours(image, components_of(8), alpha),
               {.absolute = 1e-6});  // a few sums of numbers below 1
}
BOOST_AUTO_TEST_CASE(shift_along_one_axis) {
    check_shift({3, 2, 2}, {1, 0, 0});
    check_shift({3, 2, 2}, {0, 1, 0});
    check_shift({3, 2, 2}, {0, 0, 1});
}
BOOST_AUTO_TEST_CASE(shift_along_all_axes) { check_shift({3, 3, 5}, {0.7f, -0.4f, 1.3f}); }
BOOST_AUTO_TEST_CASE(shift_beyond_black_and_white) {
    check_same(student(shift_colours, Tensor::full({3, 1, 2}, 0.99f), handout_components, std::vector<float>{2, -1, 5}),
               Tensor({3, 1, 2}, {1.0794427f, 1.0794427f, 1.0347214f, 1.0347214f, 0.97f, 0.97f}), {.absolute = 1e-6});
    check_same(student(shift_colours, Tensor({3, 1, 2}), handout_components, std::vector<float>{-2, -1, 5}),
               Tensor({3, 1, 2}, {-0.0894427f, -0.0894427f, -0.0447214f, -0.0447214f, -0.02f, -0.02f}),
               {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(shift_by_nothing) { check_shift({3, 3, 2}, {0, 0, 0}); }
BOOST_AUTO_TEST_CASE(shift_agrees_with_numpy) {
    check_same(student(shift_colours, picture({3, 4, 5}, 9), components_of(10), std::vector<float>{0.9f, -1.5f, 2}),
               golden("shifted"), {.absolute = 2e-6});  // the axes come from two programs
}

// ---- refusals ----

BOOST_AUTO_TEST_CASE(crop_beyond_the_border_is_refused) {
    check_rejects(crop, counting({1, 4, 5}), 2, 0, 3, false);
    check_rejects(crop, counting({1, 4, 5}), 0, 3, 3, false);
    check_rejects(crop, counting({1, 4, 5}), -1, 0, 3, false);
    check_rejects(crop, counting({1, 4, 5}), 0, -1, 3, false);
    check_rejects(crop, counting({1, 4, 5}), 0, 0, 5, true);
    for (const Index size : {0, -1}) check_rejects(crop, counting({1, 4, 5}), 1, 1, size, false);
}
BOOST_AUTO_TEST_CASE(random_crops_that_do_not_fit_are_refused) {
    check_rejects(random_crop, counting({3, 4, 9}), 5, 1u);
    check_rejects(random_crop, counting({3, 9, 4}), 5, 1u);
    check_rejects(random_crop, counting({3, 4, 4}), 0, 1u);
}
BOOST_AUTO_TEST_CASE(ten_crops_that_do_not_fit_are_refused) {
    check_rejects(ten_crop, counting({3, 4, 9}), 5);
    check_rejects(ten_crop, counting({3, 9, 4}), 5);
    check_rejects(ten_crop, counting({3, 4, 4}), 0);
}
BOOST_AUTO_TEST_CASE(nine_and_eleven_crops_are_refused) {
    for (const Index rows : {9, 11, 1}) check_rejects(ten_crop_probabilities, random({rows, 3}, 1));
}
BOOST_AUTO_TEST_CASE(covariance_needs_three_colours) {
    for (const Index colours : {1, 2, 4}) check_rejects(colour_covariance, picture({2, colours, 4, 4}, 1));
    check_rejects(colour_covariance, Tensor({0, 3, 4, 4}));
}
BOOST_AUTO_TEST_CASE(shift_needs_three_of_everything) {
    const std::vector<float> alpha{1, 1, 1};
    for (const Index colours : {1, 2, 4})
        check_rejects(shift_colours, picture({colours, 4, 4}, 1), components_of(1), alpha);
    for (const std::size_t count : {2u, 4u})
        check_rejects(shift_colours, picture({3, 4, 4}, 1), components_of(1), std::vector<float>(count, 1));
    const data::PrincipalComponents right = components_of(1);
    for (const Index values : {2, 4})
        check_rejects(shift_colours, picture({3, 4, 4}, 1),
                      data::PrincipalComponents{random({values}, 1), right.vectors}, alpha);
    for (const Shape& vectors : {Shape{3, 2}, Shape{2, 3}, Shape{3, 4}, Shape{4, 3}})
        check_rejects(shift_colours, picture({3, 4, 4}, 1), data::PrincipalComponents{right.values, random(vectors, 1)},
                      alpha);
}

BOOST_AUTO_TEST_SUITE_END()
