#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "grader/judge.hpp"
#include "image/files.hpp"
#include "sobel.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab01;
using namespace cnn::grader;

namespace {

constexpr float pi = std::numbers::pi_v<float>;
// Red, green and blue give three rounded products and two rounded sums of levels up to 255.
constexpr Tolerance gray_rounding{.absolute = 8 * 0x1p-24 * 255};
// Nine products and their sum: 2 · 10 · 2⁻²⁴ · Σ|terms|, where the golden masks give at most 12 · 255.
constexpr Tolerance mask_rounding{.absolute = 20 * 0x1p-24 * 12 * 255};

// Of an angle, whose π may have been typed with five decimals.
constexpr Tolerance angle_rounding{.absolute = 1e-5};

// Values made by other software: see golden/make.py.
Tensor golden(const std::string& name) { return read_npy(CNN_LAB_DIR "/golden/" + name + ".npy"); }

// Whole levels from 0 to 255, so that sums of them are exact in any order and equal responses really are equal.
Tensor levels(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    Tensor x(shape);
    for (float& level : x.values()) level = static_cast<float>(uniform_index(engine, 256));
    return x;
}

// The picture of the handout: a corner that grows brighter to the lower right.
const Tensor worked_example({4, 4}, {10, 10, 10, 10,  //
                                     10, 10, 10, 50,  //
                                     10, 10, 50, 90,  //
                                     10, 10, 90, 90});
const Edges worked_edges{.response = Tensor({4, 4}, {0, 0, 80, 120,     //
                                                     0, 80, 240, 280,   //
                                                     0, 200, 320, 240,  //
                                                     0, 280, 320, 80}),
                         .direction = Tensor({4, 4}, {0, 0, 7, 6,  //
                                                      0, 7, 7, 6,  //
                                                      0, 7, 7, 7,  //
                                                      0, 0, 0, 7})};

Image colours(Index height, Index width, std::uint32_t seed) {
    Engine engine(seed);
    Image photo(height, width, 3);
    for (std::uint8_t& level : photo.pixels) level = static_cast<std::uint8_t>(uniform_index(engine, 256));
    return photo;
}

// Tasks 1.3 and 1.5 are mostly built on one's own correlate3x3. An answer that is wrong, but is what this makes of the
// right masks, is a mistake of task 1.2, and the report should say so instead of blaming the masks.
constexpr const char* correct_1_2_first =
    "The masks are right, but correlate3x3, which lays them on, is not: correct task 1.2 first.";

bool is_near(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() &&
           std::ranges::equal(a.values(), b.values(), [](float x, float y) { return std::abs(x - y) < 1e-2f; });
}

// The mask of one point of the compass.
Tensor mask_towards(std::size_t point) { return Tensor({3, 3}, robinson_masks().values().subspan(9 * point, 9)); }

void check_sobel(const Tensor& x, const Gradient& expected) {
    const Gradient answer = student(sobel, x);
    const auto blame = [&](const Tensor& derivative, const Tensor& right, std::size_t point) {
        if (is_near(derivative, right)) return;
        check_that(!is_near(derivative, student(correlate3x3, x, mask_towards(point))), correct_1_2_first);
    };
    blame(answer.gx, expected.gx, 0);
    blame(answer.gy, expected.gy, 6);
    check_same(answer, expected, mask_rounding);
}

void check_compass(const Tensor& x, const Edges& expected) {
    const Edges answer = student(compass, x);
    if (!is_near(answer.response, expected.response)) {
        Tensor strongest = student(correlate3x3, x, mask_towards(0));
        for (std::size_t point = 1; point < 8; ++point) {
            const Tensor response = student(correlate3x3, x, mask_towards(point));
            std::ranges::transform(response.values(), strongest.values(), strongest.values().begin(),
                                   [](float a, float b) { return std::max(a, b); });
        }
        check_that(!is_near(answer.response, strongest), correct_1_2_first);
    }
    check_same(answer, expected);
}

Image one_pixel(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
    Image photo(1, 1, 3);
    photo.pixels = {red, green, blue};
    return photo;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_1_1)

void check_pixel(const Image& photo, float level) {
    check_same(student(to_gray, photo), Tensor({1, 1}, {level}), gray_rounding);
}

BOOST_AUTO_TEST_CASE(pure_red_green_and_blue) {
    check_pixel(one_pixel(255, 0, 0), 76.245f);
    check_pixel(one_pixel(0, 255, 0), 149.685f);
    check_pixel(one_pixel(0, 0, 255), 29.07f);
}
BOOST_AUTO_TEST_CASE(black_and_white) {
    check_pixel(one_pixel(0, 0, 0), 0);
    check_pixel(one_pixel(255, 255, 255), 255);
}
BOOST_AUTO_TEST_CASE(fractions_stay) { check_pixel(one_pixel(10, 20, 30), 18.15f); }
void check_photo(const Image& photo) { check_same(student(to_gray, photo), to_gray(photo), gray_rounding); }

BOOST_AUTO_TEST_CASE(a_photo_that_is_wider_than_high) { check_photo(colours(3, 7, 1)); }
BOOST_AUTO_TEST_CASE(a_photo_that_is_higher_than_wide) { check_photo(colours(6, 2, 2)); }
BOOST_AUTO_TEST_CASE(a_gray_photo_stays_as_it_is) {
    Image photo(2, 3, 1);
    photo.pixels = {0, 50, 100, 150, 200, 255};
    check_same(student(to_gray, photo), Tensor({2, 3}, {0, 50, 100, 150, 200, 255}), gray_rounding);
}
BOOST_AUTO_TEST_CASE(as_OpenCV_does_it) {
    check_same(student(to_gray, read_image(CNN_LAB_DIR "/golden/photo.png")), golden("gray"), gray_rounding);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_1_2)

void check_correlation(const Shape& shape, std::uint32_t seed) {
    const Tensor x = levels(shape, seed), mask = random({3, 3}, seed + 100);
    check_same(student(correlate3x3, x, mask), correlate3x3(x, mask));
}

BOOST_AUTO_TEST_CASE(a_one_in_the_centre_changes_nothing) {
    const Tensor x = levels({4, 5}, 3);
    check_same(student(correlate3x3, x, Tensor({3, 3}, {0, 0, 0, 0, 1, 0, 0, 0, 0})), x);
}
BOOST_AUTO_TEST_CASE(the_mask_is_laid_on_as_it_stands) {
    // A single white pixel shows the mask turned by 180°.
    Tensor x({5, 5}), expected({5, 5});
    x(2, 2) = 1;
    for (Index r = 0; r < 3; ++r)
        for (Index s = 0; s < 3; ++s) expected(3 - r, 3 - s) = static_cast<float>(3 * r + s + 1);
    check_same(student(correlate3x3, x, Tensor({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9})), expected);
}
BOOST_AUTO_TEST_CASE(the_border_repeats_the_nearest_pixel) {
    const Tensor x({2, 3}, {1, 2, 3,  //
                            4, 5, 6});
    check_same(student(correlate3x3, x, Tensor({3, 3}, {0, 0, 0, 1, 0, 0, 0, 0, 0})),  // the pixel to the left
               Tensor({2, 3}, {1, 1, 2,                                                //
                               4, 4, 5}));
    check_same(student(correlate3x3, x, Tensor({3, 3}, {0, 0, 0, 0, 0, 0, 0, 1, 0})),  // the pixel below
               Tensor({2, 3}, {4, 5, 6,                                                //
                               4, 5, 6}));
    check_same(student(correlate3x3, x, Tensor({3, 3}, {0, 0, 1, 0, 0, 0, 0, 0, 0})),  // above, to the right
               Tensor({2, 3}, {2, 3, 3,                                                //
                               2, 3, 3}));
}
BOOST_AUTO_TEST_CASE(the_same_level_everywhere) {
    const Tensor x = Tensor::full({3, 4}, 7);
    check_same(student(correlate3x3, x, Tensor::full({3, 3}, 1)), Tensor::full({3, 4}, 63));
}
BOOST_AUTO_TEST_CASE(a_picture_that_is_wider_than_high) { check_correlation({4, 7}, 4); }
BOOST_AUTO_TEST_CASE(a_picture_that_is_higher_than_wide) { check_correlation({6, 3}, 5); }
BOOST_AUTO_TEST_CASE(one_row) { check_correlation({1, 5}, 6); }
BOOST_AUTO_TEST_CASE(one_column) { check_correlation({4, 1}, 7); }
BOOST_AUTO_TEST_CASE(one_pixel_only) { check_correlation({1, 1}, 8); }
BOOST_AUTO_TEST_CASE(as_SciPy_does_it) {
    check_same(student(correlate3x3, golden("gray"), golden("mask")), golden("correlated"), mask_rounding);
}
BOOST_AUTO_TEST_CASE(masks_of_another_size_are_refused) {
    for (const Shape& mask : {Shape{2, 3}, Shape{3, 2}, Shape{3, 4}, Shape{4, 3}, Shape{5, 5}, Shape{1, 1}, Shape{9},
                              Shape{1, 3, 3}, Shape{3, 3, 1}})
        check_rejects(correlate3x3, levels({4, 4}, 1), Tensor(mask));
}
BOOST_AUTO_TEST_CASE(what_is_no_gray_picture_is_refused) {
    for (const Shape& x : {Shape{1, 4, 4}, Shape{4, 4, 1}, Shape{16}})
        check_rejects(correlate3x3, levels(x, 1), Tensor({3, 3}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_1_3)

BOOST_AUTO_TEST_CASE(brighter_to_the_right) {
    const Tensor x({3, 4}, {10, 10, 60, 60,  //
                            10, 10, 60, 60,  //
                            10, 10, 60, 60});
    check_sobel(x, {.gx = Tensor({3, 4}, {0, 200, 200, 0,  // four times the step of 50
                                          0, 200, 200, 0,  //
                                          0, 200, 200, 0}),
                    .gy = Tensor({3, 4})});
}
BOOST_AUTO_TEST_CASE(brighter_below) {
    const Tensor x({4, 3}, {10, 10, 10,  //
                            10, 10, 10,  //
                            60, 60, 60,  //
                            60, 60, 60});
    check_sobel(x, {.gx = Tensor({4, 3}),
                    .gy = Tensor({4, 3}, {0, 0, 0,        //
                                          200, 200, 200,  //
                                          200, 200, 200,  //
                                          0, 0, 0})});
}
BOOST_AUTO_TEST_CASE(darker_to_the_right_and_below) {
    Tensor x({5, 6});
    for (Index i = 0; i < 5; ++i)
        for (Index j = 0; j < 6; ++j) x(i, j) = static_cast<float>(200 - 20 * i - 3 * j);
    check_sobel(x, sobel(x));
}
BOOST_AUTO_TEST_CASE(the_worked_example) {
    check_sobel(worked_example, {.gx = Tensor({4, 4}, {0, 0, 40, 40,      //
                                                       0, 40, 160, 120,   //
                                                       0, 160, 280, 120,  //
                                                       0, 280, 320, 40}),
                                 .gy = Tensor({4, 4}, {0, 0, 40, 120,    //
                                                       0, 40, 160, 280,  //
                                                       0, 80, 200, 200,  //
                                                       0, 40, 80, 40})});
}
BOOST_AUTO_TEST_CASE(any_levels) {
    for (const Shape& shape : {Shape{5, 8}, Shape{7, 2}, Shape{1, 6}, Shape{1, 1}}) {
        const Tensor x = levels(shape, 9);
        check_sobel(x, sobel(x));
    }
}
BOOST_AUTO_TEST_CASE(as_OpenCV_does_it) { check_sobel(golden("gray"), {.gx = golden("gx"), .gy = golden("gy")}); }

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_1_4)

// gx and gy of one pixel.
Gradient pixel(float gx, float gy) { return {.gx = Tensor({1, 1}, {gx}), .gy = Tensor({1, 1}, {gy})}; }

void check_angle(float gx, float gy, float angle) {
    check_same(student(direction, pixel(gx, gy)), Tensor({1, 1}, {angle}), angle_rounding);
}

// Whole numbers of both signs.
Gradient gradients(const Shape& shape, std::uint32_t seed) {
    Gradient result{levels(shape, seed), levels(shape, seed + 1)};
    for (float& g : result.gx.values()) g -= 128;
    for (float& g : result.gy.values()) g -= 128;
    return result;
}

BOOST_AUTO_TEST_CASE(magnitude_of_3_and_4) {
    const Gradient g{.gx = Tensor({2, 2}, {3, -4, 0, -8}), .gy = Tensor({2, 2}, {4, 3, 0, -15})};
    check_same(student(magnitude, g), Tensor({2, 2}, {5, 5, 0, 17}));
}
BOOST_AUTO_TEST_CASE(magnitude_of_many) {
    const Gradient g = gradients({4, 5}, 10);
    check_same(student(magnitude, g), magnitude(g));
    check_same(student(magnitude, Gradient{golden("gx"), golden("gy")}), golden("magnitude"));
}
BOOST_AUTO_TEST_CASE(direction_east_and_north) {
    check_angle(7, 0, 0);
    check_angle(0, -7, pi / 2);  // brighter above
}
BOOST_AUTO_TEST_CASE(direction_west_and_south) {
    check_angle(-7, 0, pi);
    check_angle(0, 7, -pi / 2);
}
BOOST_AUTO_TEST_CASE(direction_between_the_axes) {
    check_angle(5, -5, pi / 4);
    check_angle(-5, -5, 3 * pi / 4);
    check_angle(-5, 5, -3 * pi / 4);
    check_angle(4, 3, -0.6435011f);
}
BOOST_AUTO_TEST_CASE(direction_of_nothing) { check_angle(0, 0, 0); }
BOOST_AUTO_TEST_CASE(direction_as_NumPy_does_it) {
    check_same(student(direction, Gradient{golden("gx"), golden("gy")}), golden("direction"), angle_rounding);
    const Gradient g = gradients({4, 5}, 12);
    check_same(student(direction, g), direction(g), angle_rounding);
}
BOOST_AUTO_TEST_CASE(the_worked_example) {
    check_same(student(magnitude, pixel(280, 200)), Tensor({1, 1}, {344.09301f}));
    check_angle(280, 200, -0.6202495f);
}
BOOST_AUTO_TEST_CASE(different_shapes_are_refused) {
    for (const Shape& other : {Shape{3, 2}, Shape{2, 2}, Shape{2, 4}, Shape{1, 3}, Shape{3, 3}, Shape{6}})
        for (const Gradient& g : {Gradient{Tensor({2, 3}), Tensor(other)}, Gradient{Tensor(other), Tensor({2, 3})}}) {
            check_rejects(magnitude, g);
            check_rejects(direction, g);
        }
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_1_5)

// One picture for each point of the compass, brighter towards it: levels 100 + 10 · (steps towards the point).
Tensor brighter_towards(Index point) {
    const auto up = std::array{0, 1, 1, 1, 0, -1, -1, -1}, right = std::array{1, 1, 0, -1, -1, -1, 0, 1};
    const auto k = static_cast<std::size_t>(point);
    Tensor x({3, 3});
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) x(i, j) = static_cast<float>(100 + 10 * ((1 - i) * up[k] + (j - 1) * right[k]));
    return x;
}

BOOST_AUTO_TEST_CASE(the_masks) {
    const Tensor expected({8, 3, 3}, {-1, 0,  1,  -2, 0, 2,  -1, 0,  1,    // E
                                      0,  1,  2,  -1, 0, 1,  -2, -1, 0,    // NE
                                      1,  2,  1,  0,  0, 0,  -1, -2, -1,   // N
                                      2,  1,  0,  1,  0, -1, 0,  -1, -2,   // NW
                                      1,  0,  -1, 2,  0, -2, 1,  0,  -1,   // W
                                      0,  -1, -2, 1,  0, -1, 2,  1,  0,    // SW
                                      -1, -2, -1, 0,  0, 0,  1,  2,  1,    // S
                                      -2, -1, 0,  -1, 0, 1,  0,  1,  2});  // SE
    check_same(student(robinson_masks), expected);
}
BOOST_AUTO_TEST_CASE(brighter_to_the_east_north_west_and_south) {
    for (const Index point : {0, 2, 4, 6}) {
        const Tensor x = brighter_towards(point);
        check_compass(x, compass(x));
    }
}
BOOST_AUTO_TEST_CASE(brighter_between_them) {
    for (const Index point : {1, 3, 5, 7}) {
        const Tensor x = brighter_towards(point);
        check_compass(x, compass(x));
    }
}
BOOST_AUTO_TEST_CASE(the_worked_example) { check_compass(worked_example, worked_edges); }
BOOST_AUTO_TEST_CASE(no_edge_at_all) {
    check_compass(Tensor::full({2, 4}, 99), {.response = Tensor({2, 4}), .direction = Tensor({2, 4})});
}
BOOST_AUTO_TEST_CASE(the_first_of_equals) {
    // A white pixel on black: seen from a corner of its neighbourhood three masks are equally strong or one is, seen
    // from its sides always one, and from itself all are 0.
    Tensor x({5, 5});
    x(2, 2) = 255;
    check_compass(x, compass(x));
    Tensor line({5, 5});  // one pixel wide, so that both of its sides pull
    for (Index i = 0; i < 5; ++i) line(i, 2) = 80;
    check_compass(line, compass(line));
}
BOOST_AUTO_TEST_CASE(the_first_of_equals_in_black_and_white) {
    // Hundreds of ties: SW as strong as N, S as strong as SE, …
    Tensor x = levels({24, 31}, 15);
    for (float& level : x.values()) level = level < 128 ? 0.0f : 80.0f;
    check_compass(x, compass(x));
}
BOOST_AUTO_TEST_CASE(any_levels) {
    for (const Shape& shape : {Shape{6, 9}, Shape{7, 3}, Shape{1, 8}, Shape{1, 1}}) {
        const Tensor x = levels(shape, 14);
        check_compass(x, compass(x));
    }
}
BOOST_AUTO_TEST_CASE(as_SciPy_does_it) {
    check_compass(golden("levels"), {.response = golden("response"), .direction = golden("point")});
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_1_6)

// The same direction for every pixel.
void check_thin(const Tensor& response, Index point, const Tensor& expected) {
    const Edges edges{.response = response, .direction = Tensor::full(response.shape(), static_cast<float>(point))};
    check_same(student(thin, edges), expected);
}

BOOST_AUTO_TEST_CASE(the_crest_stays) {
    check_thin(Tensor({1, 5}, {10, 30, 90, 20, 5}), 0, Tensor({1, 5}, {0, 0, 90, 0, 0}));
    check_thin(Tensor({1, 5}, {10, 30, 90, 20, 5}), 4, Tensor({1, 5}, {0, 0, 90, 0, 0}));
    check_thin(Tensor({5, 1}, {10, 30, 90, 20, 5}), 2, Tensor({5, 1}, {0, 0, 90, 0, 0}));
}
BOOST_AUTO_TEST_CASE(of_two_equal_neighbours_the_one_ahead_is_kept) {
    check_thin(Tensor({1, 4}, {0, 80, 80, 0}), 0, Tensor({1, 4}, {0, 0, 80, 0}));  // E
    check_thin(Tensor({1, 4}, {0, 80, 80, 0}), 4, Tensor({1, 4}, {0, 80, 0, 0}));  // W
    check_thin(Tensor({4, 1}, {0, 80, 80, 0}), 2, Tensor({4, 1}, {0, 80, 0, 0}));  // N
    check_thin(Tensor({4, 1}, {0, 80, 80, 0}), 6, Tensor({4, 1}, {0, 0, 80, 0}));  // S
}
BOOST_AUTO_TEST_CASE(across_a_slanting_edge) {
    const Tensor towards_ne({3, 3}, {10, 50, 10,  //
                                     90, 60, 20,  //
                                     40, 90, 10});
    for (const Index point : {1, 3, 5, 7}) {
        const Edges edges{.response = towards_ne, .direction = Tensor::full({3, 3}, static_cast<float>(point))};
        check_same(student(thin, edges), thin(edges));
    }
}
BOOST_AUTO_TEST_CASE(every_pixel_has_its_own_direction) {
    Edges edges{.response = levels({7, 10}, 16), .direction = levels({7, 10}, 17)};
    for (float& point : edges.direction.values()) point = static_cast<float>(static_cast<int>(point) % 8);
    check_same(student(thin, edges), thin(edges));
}
BOOST_AUTO_TEST_CASE(outside_the_picture_responses_are_0) {
    check_thin(Tensor({1, 1}, {40}), 0, Tensor({1, 1}, {40}));
    check_thin(Tensor({1, 3}, {60, 20, 70}), 0, Tensor({1, 3}, {60, 0, 70}));
    check_thin(Tensor({2, 2}, {30, 30, 30, 30}), 3, Tensor({2, 2}, {30, 30, 30, 0}));
}
BOOST_AUTO_TEST_CASE(every_point_of_the_compass_at_the_border) {
    for (Index point = 0; point < 8; ++point) {
        const Edges edges{.response = Tensor::full({3, 3}, 70),
                          .direction = Tensor::full({3, 3}, static_cast<float>(point))};
        check_same(student(thin, edges), thin(edges));
    }
}
BOOST_AUTO_TEST_CASE(neighbours_count_whichever_way_they_point) {
    check_same(
        student(thin, Edges{.response = Tensor({1, 4}, {10, 30, 90, 20}), .direction = Tensor({1, 4}, {2, 0, 6, 4})}),
        Tensor({1, 4}, {10, 0, 90, 0}));
}
BOOST_AUTO_TEST_CASE(no_edge_at_all) { check_thin(Tensor({3, 4}), 0, Tensor({3, 4})); }
BOOST_AUTO_TEST_CASE(the_worked_example) {
    check_same(student(thin, worked_edges), Tensor({4, 4}, {0, 0, 0, 0,      //
                                                            0, 0, 0, 280,    //
                                                            0, 0, 320, 240,  //
                                                            0, 0, 320, 0}));
}
BOOST_AUTO_TEST_CASE(the_edges_of_a_picture) {
    check_same(student(thin, Edges{golden("response"), golden("point")}), golden("thinned"));
}
BOOST_AUTO_TEST_CASE(different_shapes_are_refused) {
    for (const Shape& other : {Shape{3, 2}, Shape{2, 2}, Shape{2, 4}, Shape{1, 3}, Shape{3, 3}, Shape{6}}) {
        check_rejects(thin, Edges{.response = Tensor({2, 3}), .direction = Tensor(other)});
        check_rejects(thin, Edges{.response = Tensor(other), .direction = Tensor({2, 3})});
    }
}

BOOST_AUTO_TEST_SUITE_END()
