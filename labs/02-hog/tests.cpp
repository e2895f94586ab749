// Tests of 2.1 and 2.2: gradients and cells.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab02;
using namespace cnn::grader;

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
// Bins of 25.7° and of 180 / 11 degrees.
void check_bins_of_broken_degrees(bool shared) {
    check_cells(any_gradient({8, 8}, 11), {.bins = 7, .shared_votes = shared});
    check_cells(any_gradient({8, 16}, 12), {.bins = 11, .shared_votes = shared});
}
BOOST_AUTO_TEST_CASE(bins_that_are_no_whole_number_of_degrees) { check_bins_of_broken_degrees(false); }
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
BOOST_AUTO_TEST_CASE(shared_among_bins_that_are_no_whole_number_of_degrees) { check_bins_of_broken_degrees(true); }
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
BOOST_AUTO_TEST_CASE(derivatives_of_different_shapes_are_refused) {
    for (const Shape& other : {Shape{8, 9}, Shape{8, 7}, Shape{9, 8}, Shape{7, 8}, Shape{64}, Shape{1, 8, 8}}) {
        check_rejects(cell_histograms, Gradient{Tensor({8, 8}), Tensor(other)}, Settings{});
        check_rejects(cell_histograms, Gradient{Tensor(other), Tensor({8, 8})}, Settings{});
    }
    for (const Shape& both : {Shape{8}, Shape{1, 8, 8}})
        check_rejects(cell_histograms, Gradient{Tensor(both), Tensor(both)}, Settings{});
}
BOOST_AUTO_TEST_CASE(no_pixels_or_no_bins_are_refused) {
    for (const Index none : {0, -1, -8}) {
        check_rejects(cell_histograms, Gradient{Tensor({8, 8}), Tensor({8, 8})}, Settings{.cell = none});
        check_rejects(cell_histograms, Gradient{Tensor({8, 8}), Tensor({8, 8})}, Settings{.bins = none});
    }
}

BOOST_AUTO_TEST_SUITE_END()
