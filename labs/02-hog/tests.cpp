#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "grader/judge.hpp"
#include "hog.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab02;
using namespace cnn::grader;

namespace {

// An angle in float, in whatever unit, is off by some 10⁻⁶ of a bin, so is a share, and a vote has up to 361 levels.
constexpr Tolerance votes{.relative = 2e-5, .absolute = 2e-3};
// Numbers of a block are at most 1, and rounded a dozen times.
constexpr Tolerance normalized{.relative = 1e-5, .absolute = 2e-6};
// What issues from a window is to agree with scikit-image.
constexpr Tolerance golden_descriptor{.absolute = 1e-4};
// Sums of hundreds of products of numbers around 1.
constexpr Tolerance sums{.relative = 2e-5, .absolute = 2e-5};

constexpr Settings whole_votes{.shared_votes = false};

// Values made by other software: see golden/make.py.
Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }
Image golden_picture(const std::string& name) { return read_image(fmt::format("{}/golden/{}.png", CNN_LAB_DIR, name)); }

Image noise(Index height, Index width, Index channels, std::uint32_t seed) {
    Engine engine(seed);
    Image picture(height, width, channels);
    for (std::uint8_t& level : picture.pixels) level = static_cast<std::uint8_t>(uniform_index(engine, 256));
    return picture;
}
Image gray(Index height, Index width, std::vector<std::uint8_t> levels) {
    Image picture(height, width, 1);
    picture.pixels = std::move(levels);
    return picture;
}

// Whole derivatives, as pictures have them.
Gradient any_gradient(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    Gradient g{Tensor(shape), Tensor(shape)};
    for (Tensor* part : {&g.gx, &g.gy})
        for (float& value : part->values()) value = static_cast<float>(uniform_index(engine, 511)) - 255;
    return g;
}
// Nothing but one pixel.
Gradient one_pixel(const Shape& shape, Index i, Index j, float gx, float gy) {
    Gradient g{Tensor(shape), Tensor(shape)};
    g.gx(i, j) = gx, g.gy(i, j) = gy;
    return g;
}

// A histogram in which a few bins of a few cells are not 0.
struct Vote {
    Index row, column, bin;
    float value;
};
Tensor histograms(const Shape& shape, std::initializer_list<Vote> filled) {
    Tensor cells(shape);
    for (const auto& [row, column, bin, value] : filled) cells(row, column, bin) += value;
    return cells;
}

bool is_near(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() &&
           std::ranges::equal(a.values(), b.values(), [](float x, float y) { return std::abs(x - y) < 1e-4f; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_2_1)

void check_gradient(const Image& picture) {
    check_same(student(strongest_gradient, picture), strongest_gradient(picture));
}

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    Image picture(3, 3, 3);
    const auto set = [&](Index i, Index j, std::array<std::uint8_t, 3> colour) {
        for (Index c = 0; c < 3; ++c) picture(i, j, c) = colour[static_cast<std::size_t>(c)];
    };
    set(1, 0, {200, 50, 50}), set(1, 2, {210, 110, 50}), set(0, 1, {200, 60, 90}), set(2, 1, {200, 140, 60});
    const Gradient answer = student(strongest_gradient, picture), expected = strongest_gradient(picture);
    check_same(answer, expected);
    check_that(expected.gx(1, 1) == 60 && expected.gy(1, 1) == 80, "the handout's example is wrong");
}
BOOST_AUTO_TEST_CASE(brighter_to_the_right) {
    check_same(student(strongest_gradient, gray(3, 5,
                                                {0, 10, 30, 60, 100,  //
                                                 0, 10, 30, 60, 100,  //
                                                 0, 10, 30, 60, 100})),
               {.gx = Tensor({3, 5}, {0, 30, 50, 70, 0,  //
                                      0, 30, 50, 70, 0,  //
                                      0, 30, 50, 70, 0}),
                .gy = Tensor({3, 5})});
}
BOOST_AUTO_TEST_CASE(brighter_below) {
    check_same(student(strongest_gradient, gray(4, 3,
                                                {0, 0, 0,     //
                                                 10, 10, 10,  //
                                                 30, 30, 30,  //
                                                 60, 60, 60})),
               {.gx = Tensor({4, 3}),
                .gy = Tensor({4, 3}, {0, 0, 0,     //
                                      30, 30, 30,  //
                                      50, 50, 50,  //
                                      0, 0, 0})});
}
BOOST_AUTO_TEST_CASE(darker_to_the_right_and_below) {
    check_same(student(strongest_gradient, gray(3, 3,
                                                {250, 240, 180,  //
                                                 230, 200, 100,  //
                                                 90, 40, 0})),
               {.gx = Tensor({3, 3}, {0, -70, 0,   //
                                      0, -130, 0,  //
                                      0, -90, 0}),
                .gy = Tensor({3, 3}, {0, 0, 0,           //
                                      -160, -200, -180,  //
                                      0, 0, 0})});
}
BOOST_AUTO_TEST_CASE(both_derivatives_from_one_channel) {
    // Red has the larger gx, green the larger gy and the longer gradient.
    Image picture(3, 3, 3);
    picture(1, 2, 0) = 50;
    picture(1, 2, 1) = 40, picture(2, 1, 1) = 90;
    check_gradient(picture);
}
BOOST_AUTO_TEST_CASE(the_length_decides_not_the_sum) {
    // Red has 60 + 60, blue 100 + 0; and the strongest of all is a negative one.
    Image picture(3, 3, 3);
    picture(1, 2, 0) = 60, picture(2, 1, 0) = 60;
    picture(1, 0, 2) = 100;
    check_gradient(picture);
}
BOOST_AUTO_TEST_CASE(of_equal_channels_the_first) {
    Image picture(3, 3, 3);
    picture(1, 2, 0) = 50, picture(2, 1, 1) = 50, picture(1, 0, 2) = 50;
    check_gradient(picture);
}
BOOST_AUTO_TEST_CASE(every_pixel_has_its_own_channel) {
    check_gradient(noise(5, 8, 3, 1));
    check_gradient(noise(9, 4, 3, 2));
}
BOOST_AUTO_TEST_CASE(one_row_one_column_one_pixel) {
    for (const auto& [height, width] : {std::array<Index, 2>{1, 6}, {5, 1}, {1, 1}, {2, 2}}) {
        check_gradient(noise(height, width, 1, 3));
        check_gradient(noise(height, width, 3, 4));
    }
}
BOOST_AUTO_TEST_CASE(as_scikit_image_does_it) {
    for (const std::string name : {"window", "odd"})
        check_same(student(strongest_gradient, golden_picture(name)),
                   {.gx = golden(name + "_gx"), .gy = golden(name + "_gy")});
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_2_2)

void check_cells(const Gradient& gradient, const Settings& settings, const Tensor& expected) {
    check_same(student(cell_histograms, gradient, settings), expected, votes);
}
void check_cells(const Gradient& gradient, const Settings& settings) {
    check_cells(gradient, settings, cell_histograms(gradient, settings));
}

// Whole votes.
BOOST_AUTO_TEST_CASE(a_whole_vote_for_each_direction) {
    // 53.13°, 112.62°, 0°, 90°, 75.96°, 135°.
    constexpr std::array<std::array<float, 4>, 6> pixels{{{30, 40, 2, 50},
                                                          {-5, 12, 5, 13},
                                                          {7, 0, 0, 7},
                                                          {0, 6, 4, 6},
                                                          {15, 60, 3, 61.846584f},
                                                          {-3, 3, 6, 4.2426407f}}};
    for (const auto& [gx, gy, bin, length] : pixels)
        check_cells(one_pixel({8, 8}, 3, 4, gx, gy), whole_votes,
                    histograms({1, 1, 9}, {{0, 0, static_cast<Index>(bin), length}}));
}
BOOST_AUTO_TEST_CASE(opposite_directions_are_the_same) {
    check_cells(one_pixel({8, 8}, 3, 4, -30, -40), whole_votes, histograms({1, 1, 9}, {{0, 0, 2, 50}}));
    check_cells(one_pixel({8, 8}, 3, 4, 5, -12), whole_votes, histograms({1, 1, 9}, {{0, 0, 5, 13}}));
    check_cells(one_pixel({8, 8}, 3, 4, 0, -6), whole_votes, histograms({1, 1, 9}, {{0, 0, 4, 6}}));
}
BOOST_AUTO_TEST_CASE(straight_to_the_left_is_0_degrees) {
    check_cells(one_pixel({8, 8}, 3, 4, -7, 0), whole_votes, histograms({1, 1, 9}, {{0, 0, 0, 7}}));
    // Almost 0° from below: the last bin.
    check_cells(one_pixel({8, 8}, 3, 4, 200, -1), whole_votes, histograms({1, 1, 9}, {{0, 0, 8, 200.0025f}}));
}
BOOST_AUTO_TEST_CASE(votes_add_up) {
    Gradient g = one_pixel({8, 8}, 0, 0, 0, 10);
    g.gy(7, 7) = 20, g.gy(3, 4) = -5;
    check_cells(g, whole_votes, histograms({1, 1, 9}, {{0, 0, 4, 35}}));
}
BOOST_AUTO_TEST_CASE(every_pixel_votes_in_its_own_cell) {
    Gradient g = one_pixel({16, 24}, 7, 8, 0, 10);
    g.gy(8, 7) = 20, g.gy(15, 23) = 30;
    check_cells(g, whole_votes, histograms({2, 3, 9}, {{0, 1, 4, 10}, {1, 0, 4, 20}, {1, 2, 4, 30}}));
}
BOOST_AUTO_TEST_CASE(pixels_beyond_the_last_whole_cell) {
    check_cells(one_pixel({10, 19}, 9, 3, 0, 10), whole_votes, Tensor({1, 2, 9}));
    check_cells(one_pixel({10, 19}, 3, 16, 0, 10), whole_votes, Tensor({1, 2, 9}));
    check_cells(any_gradient({11, 13}, 1), {.cell = 4, .shared_votes = false});
}
// Cells of 3, 5, 1, 4 pixels.
void check_other_settings(bool shared) {
    check_cells(any_gradient({6, 15}, 2), {.cell = 3, .bins = 5, .shared_votes = shared});
    check_cells(any_gradient({10, 5}, 3), {.cell = 5, .bins = 7, .shared_votes = shared});
    check_cells(any_gradient({3, 2}, 4), {.cell = 1, .bins = 9, .shared_votes = shared});
    check_cells(any_gradient({8, 8}, 5), {.cell = 4, .bins = 1, .shared_votes = shared});
}
BOOST_AUTO_TEST_CASE(other_numbers_of_pixels_and_bins) { check_other_settings(false); }
BOOST_AUTO_TEST_CASE(whole_votes_as_scikit_image_does_it) {
    check_cells({.gx = golden("odd_gx"), .gy = golden("odd_gy")}, {.cell = 6, .shared_votes = false},
                golden("odd_whole"));
}

// Shared votes.
BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    check_cells(
        one_pixel({8, 24}, 2, 13, 30, 40), {},
        histograms({1, 3, 9}, {{0, 1, 2, 27.8419f}, {0, 1, 3, 5.1659f}, {0, 2, 2, 6.4250f}, {0, 2, 3, 1.1921f}}));
}
BOOST_AUTO_TEST_CASE(shared_between_two_bins) {
    // Cells of one pixel: every pixel lies in the centre of its own. 45° lies between the centres 30° and 50°.
    check_cells(one_pixel({1, 1}, 0, 0, 30, 30), {.cell = 1},
                histograms({1, 1, 9}, {{0, 0, 1, 10.606602f}, {0, 0, 2, 31.819805f}}));
    check_cells(one_pixel({1, 1}, 0, 0, 0, 40), {.cell = 1}, histograms({1, 1, 9}, {{0, 0, 4, 40}}));
}
BOOST_AUTO_TEST_CASE(the_first_and_the_last_bin_are_neighbours) {
    for (const float gx : {40.0f, -40.0f})
        check_cells(one_pixel({1, 1}, 0, 0, gx, 0), {.cell = 1}, histograms({1, 1, 9}, {{0, 0, 0, 20}, {0, 0, 8, 20}}));
    check_cells(one_pixel({1, 1}, 0, 0, 40, 5), {.cell = 1});   // 7.1°: below the centre of the first
    check_cells(one_pixel({1, 1}, 0, 0, 40, -5), {.cell = 1});  // 172.9°: above the centre of the last
}
BOOST_AUTO_TEST_CASE(shared_between_two_columns_of_cells) {
    // Centres of columns at 4 and 12; the middle of pixel 5 is at 5.5.
    check_cells(one_pixel({1, 16}, 0, 5, 0, 80), {.cell = 1});
    Gradient g = one_pixel({8, 16}, 3, 5, 0, 80);
    g.gy(4, 5) = 80;
    check_cells(g, {}, histograms({1, 2, 9}, {{0, 0, 4, 121.875f}, {0, 1, 4, 28.125f}}));
}
BOOST_AUTO_TEST_CASE(shared_between_two_rows_of_cells) {
    Gradient g = one_pixel({24, 8}, 10, 3, 0, 80);
    g.gy(10, 4) = 80;
    check_cells(g, {}, histograms({3, 1, 9}, {{0, 0, 4, 28.125f}, {1, 0, 4, 121.875f}}));
}
BOOST_AUTO_TEST_CASE(shares_beyond_the_border_are_lost) {
    check_cells(one_pixel({16, 16}, 0, 15, 0, 64), {},
                histograms({2, 2, 9}, {{0, 1, 4, 20.25f}}));  // 9/16 · 9/16 of 64
    check_cells(any_gradient({8, 8}, 6), {});
}
BOOST_AUTO_TEST_CASE(pixels_beyond_the_last_whole_cell_share_nothing) {
    check_cells(one_pixel({10, 19}, 9, 3, 0, 10), {}, Tensor({1, 2, 9}));
    check_cells(any_gradient({11, 13}, 1), {.cell = 4});
}
BOOST_AUTO_TEST_CASE(shared_among_other_numbers_of_pixels_and_bins) { check_other_settings(true); }
BOOST_AUTO_TEST_CASE(shared_votes_of_many_pixels) {
    check_cells(any_gradient({24, 16}, 7), {});
    check_cells(any_gradient({9, 15}, 8), {.cell = 3});
}
BOOST_AUTO_TEST_CASE(shared_votes_as_OpenCV_does_it) {
    check_cells({.gx = golden("window_gx"), .gy = golden("window_gy")}, {}, golden("window_shared"));
    check_cells({.gx = golden("odd_gx"), .gy = golden("odd_gy")}, {.cell = 6});
}
BOOST_AUTO_TEST_CASE(a_picture_smaller_than_a_cell) {
    check_same(student(cell_histograms, any_gradient({7, 20}, 9), Settings{}), Tensor({0, 2, 9}));
}
BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    check_rejects(cell_histograms, Gradient{Tensor({8, 8}), Tensor({8, 9})}, Settings{});
    check_rejects(cell_histograms, Gradient{Tensor({1, 8, 8}), Tensor({1, 8, 8})}, Settings{});
    check_rejects(cell_histograms, Gradient{Tensor({8, 8}), Tensor({8, 8})}, Settings{.cell = 0});
    check_rejects(cell_histograms, Gradient{Tensor({8, 8}), Tensor({8, 8})}, Settings{.bins = 0});
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_2_3)

// Lengths of gradients, as in cells of 8 × 8 pixels; a few bins are empty.
Tensor any_cells(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    Tensor cells = uniform(shape, engine, -200, 1500);
    for (float& value : cells.values()) value = std::max(value, 0.0f);
    return cells;
}
void check_hys(std::initializer_list<float> v, std::initializer_list<float> y) {
    check_same(student(l2_hys, Tensor({std::ssize(v)}, v)), Tensor({std::ssize(y)}, y), normalized);
}
void check_blocks(const Tensor& cells, Index block) {
    check_same(student(normalize_blocks, cells, block), normalize_blocks(cells, block), normalized);
}

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    check_hys({3, 4, 0, 12, 84}, {0.140180f, 0.186906f, 0, 0.560719f, 0.794352f});
}
BOOST_AUTO_TEST_CASE(nothing_to_cut) {
    const Tensor v = Tensor::full({100}, 7);
    check_same(student(l2_hys, v), Tensor::full({100}, 0.1f), normalized);
}
BOOST_AUTO_TEST_CASE(everything_cut) {
    check_hys({1000}, {0.9999875f});
    check_hys({300, 400}, {0.7071023f, 0.7071023f});
}
BOOST_AUTO_TEST_CASE(the_size_does_not_matter) {
    const Tensor v = any_cells({36}, 1);
    Tensor bright = v;
    check_same(student(l2_hys, bright *= 100), l2_hys(v), normalized);
}
BOOST_AUTO_TEST_CASE(nothing_stays_nothing) { check_same(student(l2_hys, Tensor({36})), Tensor({36}), normalized); }
BOOST_AUTO_TEST_CASE(almost_nothing_stays_small) { check_hys({1e-6f, 0}, {0.7071066f, 0}); }

BOOST_AUTO_TEST_CASE(one_block_row_by_row) {
    Tensor cells({2, 2, 3});
    for (Index d = 0; d < 12; ++d) cells[d] = static_cast<float>(d + 1);
    check_blocks(cells, 2);
}
BOOST_AUTO_TEST_CASE(blocks_overlap) {
    check_blocks(any_cells({3, 3, 4}, 2), 2);
    check_blocks(any_cells({2, 5, 4}, 3), 2);
    check_blocks(any_cells({4, 2, 4}, 4), 2);
}
BOOST_AUTO_TEST_CASE(a_block_of_one_cell) { check_blocks(any_cells({3, 4, 9}, 5), 1); }
BOOST_AUTO_TEST_CASE(larger_blocks) {
    check_blocks(any_cells({4, 5, 7}, 6), 3);
    check_blocks(any_cells({4, 4, 9}, 7), 4);
}
BOOST_AUTO_TEST_CASE(empty_cells) { check_same(student(normalize_blocks, Tensor({3, 3, 9}), 2), Tensor({2, 2, 36})); }
BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    check_rejects(normalize_blocks, Tensor({1, 4, 9}), 2);
    check_rejects(normalize_blocks, Tensor({4, 1, 9}), 2);
    check_rejects(normalize_blocks, Tensor({4, 9}), 2);
    check_rejects(normalize_blocks, Tensor({4, 4, 9}), 0);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_2_4)

// A descriptor that is wrong, but is what one's own three steps make of the picture, is put together rightly.
void check_hog(const Image& picture, const Settings& settings, const Tensor& expected, const Tolerance& tolerance) {
    const Tensor answer = student(hog, picture, settings);
    if (!is_near(answer, expected)) {
        const Gradient gradient = student(strongest_gradient, picture);
        const Tensor cells = student(cell_histograms, gradient, settings);
        Tensor blocks = student(normalize_blocks, cells, settings.block);
        const Index count = blocks.count();
        check_that(!is_near(answer, std::move(blocks).reshaped({count})),
                   "The descriptor is put together rightly, but of steps that are not: mend tasks 2.1 to 2.3 first.");
    }
    check_same(answer, expected, tolerance);
}
void check_hog(const Image& picture, const Settings& settings) {
    check_hog(picture, settings, hog(picture, settings), normalized);
}
void check_size(Index height, Index width, const Settings& settings, Index size) {
    check_same(student(hog_size, height, width, settings), size);
}

BOOST_AUTO_TEST_CASE(a_window_of_64_by_128_has_3780_numbers) { check_size(128, 64, {}, 3780); }
BOOST_AUTO_TEST_CASE(sizes_of_other_windows) {
    check_size(16, 16, {}, 36);
    check_size(28, 28, {.cell = 4}, 1296);
    check_size(48, 24, {.cell = 8, .block = 1, .bins = 5}, 90);
    check_size(45, 37, {.cell = 6, .block = 3, .bins = 7}, 1260);
}
BOOST_AUTO_TEST_CASE(no_room_for_a_block) {
    check_size(15, 40, {}, 0);
    check_size(40, 15, {}, 0);
    check_size(4, 4, {}, 0);
    check_size(8, 8, {.block = 3}, 0);
}
BOOST_AUTO_TEST_CASE(the_window_as_scikit_image_does_it) {
    check_hog(golden_picture("window"), whole_votes, golden("window_hog"), golden_descriptor);
}
BOOST_AUTO_TEST_CASE(a_gray_window_as_scikit_image_does_it) {
    check_hog(golden_picture("gray"), whole_votes, golden("gray_hog"), golden_descriptor);
}
BOOST_AUTO_TEST_CASE(an_odd_picture_as_scikit_image_does_it) {
    check_hog(golden_picture("odd"), {.cell = 6, .block = 3, .bins = 7, .shared_votes = false}, golden("odd_hog"),
              golden_descriptor);
}
BOOST_AUTO_TEST_CASE(shared_votes) {
    check_hog(noise(32, 24, 3, 1), {});
    check_hog(noise(21, 30, 1, 2), {.cell = 5});
}
BOOST_AUTO_TEST_CASE(laid_out_as_OpenCV_does_it) {
    // OpenCV lets no vote cross the edge of a block, so the numbers differ, but each block resembles its own: the mean
    // product of two blocks of length 1 is 0.91 (and 0.83 where only the cells of each block are in another order).
    const Tensor answer = student(hog, golden_picture("window"), Settings{}), theirs = golden("window_opencv");
    require(answer.shape() == theirs.shape(), "the descriptor has the shape {}, expected {}", answer.shape(),
            theirs.shape());
    double product = 0;
    for (Index d = 0; d < answer.count(); ++d) product += static_cast<double>(answer(d) * theirs(d)) / 105;
    check_that(product > 0.88,
               fmt::format("the blocks do not lie where OpenCV's blocks lie: their mean product is {:.2f}", product));
}
BOOST_AUTO_TEST_CASE(an_even_picture) { check_hog(Image(20, 20, 3, 100), {}); }
BOOST_AUTO_TEST_CASE(pictures_without_room_are_refused) {
    check_rejects(hog, noise(15, 40, 1, 1), Settings{});
    check_rejects(hog, noise(40, 15, 1, 1), Settings{});
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_2_5)

// The handout's example: four descriptors of two numbers.
const Tensor points({4, 2}, {2, 1, 2, 2.5f, 2, 2, 3, 0}), answers({4}, {1, -1, -1, 1});
const Svm guess{Tensor({2}, {1, -1}), -0.25f};

// Descriptors of 1 or -1 and some noise, mostly as a line would separate them.
struct Problem {
    Tensor x, labels;
};
Problem any_problem(Index rows, Index numbers, std::uint32_t seed) {
    Problem p{random({rows, numbers}, seed), Tensor({rows})};
    const Tensor noise = random({rows}, seed + 1);
    for (Index n = 0; n < rows; ++n) {
        float sum = noise(n) / 2;
        for (Index d = 0; d < numbers; ++d) sum += p.x(n, d) * (d % 2 ? -1.0f : 1.0f);
        p.labels(n) = sum > 0 ? 1.0f : -1.0f;
    }
    return p;
}
Svm any_svm(Index numbers, std::uint32_t seed) { return {random({numbers}, seed), 0.375f}; }

void check_training(const Problem& p, const Training& training) {
    check_same(student(train_svm, p.x, p.labels, training), train_svm(p.x, p.labels, training), sums);
}

BOOST_AUTO_TEST_CASE(scores_with_a_pencil) {
    check_same(student(scores, points, guess), Tensor({4}, {0.75f, -0.75f, -0.25f, 2.75f}));
}
BOOST_AUTO_TEST_CASE(scores_of_many) {
    for (const auto& [rows, numbers] : {std::array<Index, 2>{1, 1}, {1, 5}, {4, 1}, {3, 7}, {5, 5}}) {
        const Tensor x = random({rows, numbers}, 1);
        const Svm svm = any_svm(numbers, 2);
        check_same(student(scores, x, svm), scores(x, svm), sums);
    }
}
BOOST_AUTO_TEST_CASE(scores_of_nothing) { check_same(student(scores, Tensor({0, 2}), guess), Tensor({0})); }
BOOST_AUTO_TEST_CASE(scores_of_what_does_not_fit_are_refused) {
    check_rejects(scores, Tensor({4, 3}), guess);
    check_rejects(scores, Tensor({2}), guess);
}

BOOST_AUTO_TEST_CASE(loss_with_a_pencil) {
    check_same(student(hinge_loss, points, answers, guess, 0.1f), 0.4125f, sums);
}
BOOST_AUTO_TEST_CASE(loss_where_all_is_well) {
    // Far enough on the right side costs nothing, however far; b costs nothing either.
    check_same(
        student(hinge_loss, Tensor({3, 1}, {2, -5, 100}), Tensor({3}, {1, -1, 1}), Svm{Tensor({1}, {3}), 4}, 0.0f),
        0.0f, sums);
    check_same(
        student(hinge_loss, Tensor({3, 1}, {2, -5, 100}), Tensor({3}, {1, -1, 1}), Svm{Tensor({1}, {3}), 4}, 0.5f),
        2.25f, sums);
}
BOOST_AUTO_TEST_CASE(loss_of_the_wrong_side_and_of_too_near) {
    const Svm svm{Tensor({1}, {1}), 0};
    check_same(student(hinge_loss, Tensor({1, 1}, {-3}), Tensor({1}, {1}), svm, 0.0f), 4.0f, sums);
    check_same(student(hinge_loss, Tensor({1, 1}, {3}), Tensor({1}, {-1}), svm, 0.0f), 4.0f, sums);
    check_same(student(hinge_loss, Tensor({1, 1}, {0.25f}), Tensor({1}, {1}), svm, 0.0f), 0.75f, sums);
    check_same(student(hinge_loss, Tensor({4, 1}, {0.25f, 1, 2, -1}), Tensor({4}, {1, 1, -1, -1}), svm, 0.0f), 0.9375f,
               sums);
}
BOOST_AUTO_TEST_CASE(loss_as_PyTorch_has_it) {
    const Tensor theirs = golden("svm_answers");
    check_same(student(hinge_loss, golden("svm_x"), golden("svm_labels"), Svm{golden("svm_w"), theirs[0]}, theirs[1]),
               theirs[2], sums);
}
BOOST_AUTO_TEST_CASE(loss_of_what_does_not_fit_is_refused) {
    check_rejects(hinge_loss, points, Tensor({3}), guess, 0.1f);
    check_rejects(hinge_loss, Tensor({4, 3}), answers, guess, 0.1f);
    check_rejects(hinge_loss, Tensor({0, 2}), Tensor({0}), guess, 0.1f);
}

BOOST_AUTO_TEST_CASE(gradient_with_a_pencil) {
    check_same(student(hinge_gradient, points, answers, guess, 0.1f), {Tensor({2}, {0.6f, 0.775f}), 0.25f}, sums);
}
BOOST_AUTO_TEST_CASE(gradient_where_all_is_well) {
    check_same(student(hinge_gradient, Tensor({2, 1}, {2, -5}), Tensor({2}, {1, -1}), Svm{Tensor({1}, {3}), 4}, 0.5f),
               {Tensor({1}, {1.5f}), 0}, sums);
}
BOOST_AUTO_TEST_CASE(gradient_at_the_kink) {
    const Svm svm{Tensor({1}, {0.5f}), 0};
    check_same(student(hinge_gradient, Tensor({2, 1}, {2, -2}), Tensor({2}, {1, -1}), svm, 1.0f),
               {Tensor({1}, {0.5f}), 0}, sums);
}
BOOST_AUTO_TEST_CASE(gradient_of_many) {
    for (const auto& [rows, numbers] : {std::array<Index, 2>{1, 3}, {6, 1}, {9, 4}}) {
        const auto [x, labels] = any_problem(rows, numbers, 3);
        const Svm svm = any_svm(numbers, 4);
        check_same(student(hinge_gradient, x, labels, svm, 0.2f), hinge_gradient(x, labels, svm, 0.2f), sums);
    }
}
BOOST_AUTO_TEST_CASE(gradient_as_PyTorch_has_it) {
    const Tensor theirs = golden("svm_answers");
    const Tensor dw({6}, theirs.values().subspan(4));
    check_same(
        student(hinge_gradient, golden("svm_x"), golden("svm_labels"), Svm{golden("svm_w"), theirs[0]}, theirs[1]),
        {dw, theirs[3]}, sums);
}
BOOST_AUTO_TEST_CASE(gradient_of_what_does_not_fit_is_refused) {
    check_rejects(hinge_gradient, points, Tensor({3}), guess, 0.1f);
    check_rejects(hinge_gradient, Tensor({0, 2}), Tensor({0}), guess, 0.1f);
}

BOOST_AUTO_TEST_CASE(no_epochs_no_training) {
    check_same(student(train_svm, points, answers, Training{.epochs = 0}), {Tensor({2}), 0}, sums);
}
BOOST_AUTO_TEST_CASE(the_first_step) {
    // From zeros all four rows count: dw = -1/4 · (2 - 2 - 2 + 3, 1 - 2.5 - 2 + 0), db = 0.
    check_same(student(train_svm, points, answers, Training{.lambda = 0.1f, .epochs = 1, .batch = 4, .rate = 0.5f}),
               {Tensor({2}, {0.125f, -0.4375f}), 0}, sums);
}
BOOST_AUTO_TEST_CASE(rows_in_their_order) {
    check_training({points, answers}, {.epochs = 1, .batch = 1, .rate = 0.5f});
}
BOOST_AUTO_TEST_CASE(the_last_batch_is_smaller) {
    check_training(any_problem(7, 3, 5), {.lambda = 0.1f, .epochs = 1, .batch = 3, .rate = 0.5f});
    check_training(any_problem(5, 2, 6), {.lambda = 0.1f, .epochs = 3, .batch = 16, .rate = 0.5f});
}
BOOST_AUTO_TEST_CASE(steps_grow_smaller) {
    check_training(any_problem(12, 4, 7), {.lambda = 0.5f, .epochs = 1, .batch = 1, .rate = 1});
}
BOOST_AUTO_TEST_CASE(several_epochs) {
    check_training(any_problem(6, 3, 8), {.lambda = 0.5f, .epochs = 4, .batch = 2, .rate = 1});
}
BOOST_AUTO_TEST_CASE(nearly_the_least_loss_as_LIBSVM_finds_it) {
    const Tensor x = golden("svm_x"), labels = golden("svm_labels");
    const float lambda = golden("svm_answers")[1], least = golden("svm_best")[0];
    const Svm svm = student(train_svm, x, labels, Training{.lambda = lambda, .epochs = 300, .batch = 8, .rate = 1});
    require(svm.w.shape() == Shape{6}, "w has the shape {}, expected [6]", svm.w.shape());
    const float loss = hinge_loss(x, labels, svm, lambda);
    check_that(loss < 1.01f * least,
               fmt::format("after 300 epochs the loss is {:.4f}; there is one of {:.4f} (LIBSVM)", loss, least));
}
BOOST_AUTO_TEST_CASE(training_on_what_does_not_fit_is_refused) {
    check_rejects(train_svm, points, Tensor({3}), Training{});
    check_rejects(train_svm, Tensor({0, 2}), Tensor({0}), Training{});
    check_rejects(train_svm, points, answers, Training{.batch = 0});
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_2_6)

// Boxes from other software: [N, 5].
std::vector<Box> boxes_of(const Tensor& rows) {
    std::vector<Box> boxes;
    for (Index n = 0; n < rows.size(0); ++n)
        boxes.push_back({rows(n, 0), rows(n, 1), rows(n, 2), rows(n, 3), rows(n, 4)});
    return boxes;
}
void check_overlap(const Box& a, const Box& b, float share) {
    check_same(student(intersection_over_union, a, b), share, sums);
    check_same(student(intersection_over_union, b, a), share, sums);
}

// A detector with some weights, whose threshold lies in a gap between two scores, so that rounding decides nothing.
Detector any_detector(Index height, Index width, const Settings& settings, std::uint32_t seed) {
    return {.svm = {random({hog_size(height, width, settings)}, seed), 0.5f},
            .height = height,
            .width = width,
            .settings = settings};
}
Detector with_threshold(Detector detector, const Image& scene) {
    Detector all = detector;
    all.threshold = -1e9f, all.most = 1;
    std::vector<float> found;
    for (const Box& box : detect(scene, all)) found.push_back(box.score);  // by falling score
    std::size_t best = found.size() / 4;
    for (std::size_t i = best; i < found.size() / 2; ++i)
        if (found[i - 1] - found[i] > found[best - 1] - found[best]) best = i;
    detector.threshold = (found[best - 1] + found[best]) / 2;
    return detector;
}

// A wrong answer that one's own steps explain is a mistake of those.
void check_scan(const Image& level, const Detector& detector) {
    const auto answer = student(scan, level, detector);
    const Gradient gradient = student(strongest_gradient, level);
    const Tensor blocks =
        student(normalize_blocks, student(cell_histograms, gradient, detector.settings), detector.settings.block);
    check_that(is_near(blocks, normalize_blocks(cell_histograms(strongest_gradient(level), detector.settings),
                                                detector.settings.block)),
               "The blocks of the picture are wrong already: mend tasks 2.1 to 2.3 first.");
    check_same(answer, scan(level, detector), sums);
}
void check_detect(const Image& scene, const Detector& detector) {
    check_same(student(detect, scene, detector), detect(scene, detector), {.relative = 2e-5, .absolute = 2e-4});
}

BOOST_AUTO_TEST_CASE(overlap_with_a_pencil) { check_overlap({0, 0, 4, 6, 0}, {2, 3, 4, 6, 0}, 1 / 7.0f); }
BOOST_AUTO_TEST_CASE(overlap_of_the_same_and_of_one_inside_the_other) {
    check_overlap({3, 5, 7, 2, 1}, {3, 5, 7, 2, -1}, 1);
    check_overlap({0, 0, 10, 10, 0}, {2, 3, 5, 4, 0}, 0.2f);
    check_overlap({-4, -6, 4, 6, 0}, {-2, -3, 4, 6, 0}, 1 / 7.0f);
}
BOOST_AUTO_TEST_CASE(no_overlap) {
    check_overlap({0, 0, 4, 4, 0}, {0, 4, 4, 4, 0}, 0);    // side by side
    check_overlap({0, 0, 4, 4, 0}, {9, 1, 4, 4, 0}, 0);    // one below the other
    check_overlap({0, 0, 4, 4, 0}, {10, 10, 4, 4, 0}, 0);  // apart in both ways
    check_overlap({1, 1, 0, 0, 0}, {1, 1, 0, 0, 0}, 0);    // no area
}
BOOST_AUTO_TEST_CASE(overlap_as_torchvision_has_it) {
    const auto boxes = boxes_of(golden("boxes"));
    const Tensor theirs = golden("boxes_overlap");
    for (std::size_t i = 1; i < boxes.size(); ++i)
        check_same(student(intersection_over_union, boxes[0], boxes[i]), theirs[static_cast<Index>(i) - 1],
                   {.absolute = 1e-5});
}

BOOST_AUTO_TEST_CASE(the_best_of_two_stays) {
    const Box good{0, 0, 10, 10, 2}, better{1, 1, 10, 10, 3}, elsewhere{20, 20, 10, 10, -1};
    check_same(student(suppress, std::vector{good, better, elsewhere}, 0.5f), {better, elsewhere}, sums);
    check_same(student(suppress, std::vector{good, better, elsewhere}, 0.9f), {better, good, elsewhere}, sums);
}
BOOST_AUTO_TEST_CASE(what_is_gone_suppresses_nothing) {
    // The first overlaps the second, the second the third; the first and the third have little in common.
    const Box first{0, 0, 10, 10, 3}, second{0, 4, 10, 10, 2}, third{0, 8, 10, 10, 1};
    check_same(student(suppress, std::vector{third, second, first}, 0.3f), {first, third}, sums);
}
BOOST_AUTO_TEST_CASE(as_much_as_allowed_stays) {
    const Box one{0, 0, 4, 4, 2}, other{0, 2, 4, 4, 1};  // 8 of 24
    check_same(student(suppress, std::vector{one, other}, 8.0f / 24), {one, other}, sums);
    check_same(student(suppress, std::vector{one, one}, 1.0f), {one, one}, sums);
}
BOOST_AUTO_TEST_CASE(of_equal_scores_the_first) {
    const Box a{0, 0, 10, 10, 1}, b{0, 1, 10, 10, 1}, c{40, 0, 10, 10, 1};
    check_same(student(suppress, std::vector{a, b, c}, 0.3f), {a, c}, sums);
    check_same(student(suppress, std::vector{b, c, a}, 0.3f), {b, c}, sums);
}
BOOST_AUTO_TEST_CASE(one_box_and_none) {
    check_same(student(suppress, std::vector<Box>{}, 0.3f), {}, sums);
    check_same(student(suppress, std::vector<Box>{{1, 2, 3, 4, -5}}, 0.3f), {{1, 2, 3, 4, -5}}, sums);
}
BOOST_AUTO_TEST_CASE(suppressed_as_torchvision_does_it) {
    const auto boxes = boxes_of(golden("boxes"));
    std::vector<Box> staying;
    for (const float place : golden("boxes_staying").values())
        staying.push_back(boxes[static_cast<std::size_t>(place)]);
    check_same(student(suppress, boxes, 0.3f), staying, sums);
}

BOOST_AUTO_TEST_CASE(the_levels_of_a_pyramid) {
    for (const auto& [height, width, factor] : {std::array<float, 3>{24, 30, 2}, {17, 23, 1.3f}, {20, 12, 1.5f}}) {
        const Image scene = noise(static_cast<Index>(height), static_cast<Index>(width), 3, 1);
        check_same(student(pyramid, scene, Index{5}, Index{6}, factor), pyramid(scene, 5, 6, factor));
    }
}
BOOST_AUTO_TEST_CASE(the_last_level_holds_just_one_window) {
    const Image scene = noise(24, 16, 1, 2);
    check_same(student(pyramid, scene, Index{6}, Index{4}, 2.0f), pyramid(scene, 6, 4, 2));  // 24, 12, 6
    check_same(student(pyramid, scene, Index{6}, Index{5}, 2.0f), pyramid(scene, 6, 5, 2));  // 16, 8, no 4
    check_same(student(pyramid, scene, Index{24}, Index{16}, 2.0f), {scene});
}
BOOST_AUTO_TEST_CASE(a_scene_smaller_than_the_window) {
    check_same(student(pyramid, noise(9, 30, 1, 3), Index{10}, Index{10}, 1.5f), {});
    check_same(student(pyramid, noise(30, 9, 1, 3), Index{10}, Index{10}, 1.5f), {});
}
BOOST_AUTO_TEST_CASE(a_factor_that_makes_nothing_smaller_is_refused) {
    check_rejects(pyramid, noise(8, 8, 1, 1), Index{4}, Index{4}, 1.0f);
    check_rejects(pyramid, noise(8, 8, 1, 1), Index{4}, Index{4}, 0.5f);
}

BOOST_AUTO_TEST_CASE(a_level_that_is_one_window) {
    const Image level = noise(16, 24, 3, 4);
    Detector detector = any_detector(16, 24, {}, 5);
    detector.threshold = -1e9f;
    check_scan(level, detector);
}
BOOST_AUTO_TEST_CASE(every_place_of_the_window) {
    const Image level = noise(23, 34, 1, 6);
    Detector detector = any_detector(12, 8, {.cell = 4}, 7);
    detector.threshold = -1e9f;
    check_scan(level, detector);
}
BOOST_AUTO_TEST_CASE(only_scores_above_the_threshold) {
    const Image level = noise(30, 32, 1, 8);
    Detector detector = any_detector(8, 12, {.cell = 4, .bins = 5, .shared_votes = false}, 9);
    detector.factor = 100;  // one level
    check_scan(level, with_threshold(detector, level));
    detector.svm.w.fill(0), detector.threshold = detector.svm.b;  // as much as the threshold is not more
    check_same(student(scan, level, detector), {}, sums);
}
BOOST_AUTO_TEST_CASE(a_level_smaller_than_the_window) {
    check_same(student(scan, noise(15, 40, 1, 10), any_detector(16, 16, {}, 11)), {}, sums);
    check_same(student(scan, noise(40, 15, 1, 10), any_detector(16, 16, {}, 11)), {}, sums);
}
BOOST_AUTO_TEST_CASE(weights_of_another_window_are_refused) {
    Detector detector = any_detector(16, 16, {}, 12);
    detector.width = 24;
    check_rejects(scan, noise(40, 40, 1, 13), detector);
}

BOOST_AUTO_TEST_CASE(detections_in_pixels_of_the_scene) {
    const Image scene = noise(33, 47, 1, 14);
    check_detect(scene, with_threshold(any_detector(12, 16, {.cell = 4}, 15), scene));
}
BOOST_AUTO_TEST_CASE(detections_on_several_levels) {
    const Image scene = noise(40, 30, 3, 16);
    Detector detector = any_detector(8, 8, {.cell = 4}, 17);
    detector.factor = 1.5f, detector.most = 0.2f;
    check_detect(scene, with_threshold(detector, scene));
}
BOOST_AUTO_TEST_CASE(overlapping_detections_stay_where_they_may) {
    const Image scene = noise(24, 24, 1, 18);
    Detector detector = any_detector(8, 8, {.cell = 4}, 19);
    detector.factor = 2, detector.most = 1, detector.threshold = -1e9f;
    check_detect(scene, detector);
}
BOOST_AUTO_TEST_CASE(nothing_to_find) {
    Detector detector = any_detector(8, 8, {.cell = 4}, 20);
    detector.threshold = 1e9f;
    check_same(student(detect, noise(20, 20, 1, 21), detector), {}, sums);
    check_same(student(detect, noise(7, 7, 1, 22), detector), {}, sums);
}

BOOST_AUTO_TEST_SUITE_END()
