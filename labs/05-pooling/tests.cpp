#include <fmt/format.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "grader/judge.hpp"
#include "pooling.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab05;
using namespace cnn::grader;

// PyTorch's answers: golden/make.py made them.
Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }

// The handout's example.
const Tensor example({1, 1, 4, 4}, {1, 3, 2, 1,   //
                                    4, 2, 1, 5,   //
                                    0, -1, 7, 2,  //
                                    -2, -3, 6, 7});
const Window half{.size = 2, .stride = 2};

struct Case {
    Shape x;
    Window window;
};

BOOST_AUTO_TEST_SUITE(task_5_1)

void check_size(Index input, const Window& window) {
    check_same(student(output_size, input, window), output_size(input, window));
}

BOOST_AUTO_TEST_CASE(windows_side_by_side) {
    check_same(student(output_size, 28, half), 14);
    check_size(9, {.size = 3, .stride = 3});
    check_size(5, {.size = 5, .stride = 5});
    check_size(7, {.size = 1});
    check_same(student(output_size, 89, Window{.size = 8, .stride = 8}), 11);
}
BOOST_AUTO_TEST_CASE(overlapping_windows) {
    check_same(student(output_size, 55, Window{.size = 3, .stride = 2}), 27);  // AlexNet
    check_size(6, {.size = 3});
    check_size(13, {.size = 5, .stride = 4});
}
BOOST_AUTO_TEST_CASE(leftover_pixels_are_ignored) {
    check_same(student(output_size, 7, half), 3);
    check_size(11, {.size = 3, .stride = 3});
    check_size(10, {.size = 3, .stride = 2});
}
BOOST_AUTO_TEST_CASE(windows_apart) { check_size(10, {.size = 2, .stride = 4}); }
BOOST_AUTO_TEST_CASE(padding) {
    check_same(student(output_size, 112, Window{.size = 3, .stride = 2, .padding = 1}), 56);  // ResNet
    check_size(1, {.size = 2, .stride = 2, .padding = 1});
    check_size(5, {.size = 4, .stride = 3, .padding = 3});
}
BOOST_AUTO_TEST_CASE(a_window_that_just_fits) {
    check_size(3, {.size = 3, .stride = 7});
    check_size(1, {.size = 3, .stride = 2, .padding = 1});
    check_size(2, {.size = 4, .stride = 1, .padding = 1});
}
BOOST_AUTO_TEST_CASE(a_window_that_does_not_fit_is_refused) {
    check_rejects(output_size, 2, Window{.size = 3, .stride = 2});
    check_rejects(output_size, 1, Window{.size = 4, .stride = 2, .padding = 1});
    check_rejects(output_size, 0, Window{.size = 3, .stride = 1, .padding = 1});
}
BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    for (const Index wrong : {0, -1, -8}) {
        check_rejects(output_size, 8, Window{.size = 2, .stride = wrong});
        check_rejects(output_size, 8, Window{.size = wrong});
    }
    check_rejects(output_size, 8, Window{.size = 3, .padding = -1});
    check_rejects(output_size, 8, Window{.size = 2, .stride = 2, .padding = 2});
    check_rejects(output_size, 8, Window{.size = 2, .stride = 2, .padding = 5});
    check_rejects(output_size, 8, Window{.size = 1, .padding = 1});
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_5_2)

void check_max(const Tensor& x, const Window& window) {
    check_same(student(max_pool_forward, x, window), max_pool_forward(x, window));
}
void check_max(const Case& c) { check_max(random(c.x, 1), c.window); }

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    check_same(student(max_pool_forward, example, half),
               {.y = Tensor({1, 1, 2, 2}, {4, 5, 0, 7}), .switches = Tensor({1, 1, 2, 2}, {4, 7, 8, 10})});
}
BOOST_AUTO_TEST_CASE(maps_and_images_by_themselves) {
    check_max({{1, 3, 4, 4}, half});
    check_max({{3, 1, 4, 4}, half});
}
BOOST_AUTO_TEST_CASE(not_square) {
    check_max({{1, 1, 4, 10}, half});
    check_max({{1, 2, 9, 3}, {.size = 3, .stride = 3}});
}
BOOST_AUTO_TEST_CASE(overlapping_windows) {
    check_max({{1, 1, 7, 7}, {.size = 3, .stride = 2}});
    check_max({{2, 2, 5, 6}, {.size = 4, .stride = 1}});
}
BOOST_AUTO_TEST_CASE(leftover_pixels) {
    check_max({{1, 2, 5, 7}, half});
    check_max({{1, 1, 10, 8}, {.size = 3, .stride = 3}});
}
BOOST_AUTO_TEST_CASE(windows_apart) { check_max({{1, 1, 7, 9}, {.size = 2, .stride = 4}}); }
BOOST_AUTO_TEST_CASE(all_negative) {
    Tensor x = random({1, 2, 6, 6}, 2);
    for (float& value : x.values()) value = -1 - std::abs(value);
    check_max(x, {.size = 3, .stride = 3});
}
BOOST_AUTO_TEST_CASE(far_below_zero) {
    // No number is small enough to begin with, and none for the padding, except minus infinity.
    for (const float depth : {2e3f, 2e6f, 2e20f}) {
        Tensor x = random({1, 2, 5, 4}, 4);
        for (float& value : x.values()) value = depth * (value - 3);
        check_max(x, {.size = 3, .stride = 2, .padding = 1});
        check_max(x, half);
    }
}
BOOST_AUTO_TEST_CASE(zeros_and_less) { check_max(Tensor({1, 1, 2, 4}, {-3, -1, -2, 0, -2, 0, -4, -1}), half); }
BOOST_AUTO_TEST_CASE(the_first_of_equals) {
    check_max(Tensor({1, 1, 4, 4}), half);
    check_max(Tensor({1, 1, 2, 4}, {1, 9, 9, 9, 9, 3, 5, 9}), half);
    check_max(Tensor({1, 1, 3, 3}, {0, 0, 8, 8, 8, 0, 0, 8, 0}), {.size = 3});
}
BOOST_AUTO_TEST_CASE(a_map_of_one_pixel) {
    check_max({{2, 2, 1, 1}, {.size = 1}});
    check_max(Tensor({1, 1, 1, 1}, {-3}), {.size = 3, .stride = 2, .padding = 1});
}
BOOST_AUTO_TEST_CASE(padding_takes_no_part) {
    Tensor x = random({1, 2, 5, 6}, 3);
    for (float& value : x.values()) value -= 2;
    check_max(x, {.size = 3, .stride = 2, .padding = 1});
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    const auto check_golden = [](const std::string& name, const Window& window) {
        check_same(student(max_pool_forward, golden(name + "_x"), window),
                   {.y = golden(name + "_max"), .switches = golden(name + "_switches")});
    };
    check_golden("halved", half);
    check_golden("overlapping", {.size = 3, .stride = 2});
    check_golden("left_over", {.size = 3, .stride = 3});
    check_golden("padded", {.size = 3, .stride = 2, .padding = 1});
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(max_pool_forward, Tensor({1, 1, 2, 5}), Window{.size = 3});
    check_rejects(max_pool_forward, Tensor({1, 1, 5, 2}), Window{.size = 3});
    for (const Shape& shape : {Shape{4}, Shape{4, 4}, Shape{1, 4, 4}, Shape{1, 1, 1, 4, 4}})
        check_rejects(max_pool_forward, Tensor(shape), half);
    for (const Window& window : {Window{2, 2, 2}, Window{2, 2, -1}, Window{2, 0, 0}, Window{0, 1, 0}})
        check_rejects(max_pool_forward, Tensor({1, 1, 4, 4}), window);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_5_3)

void check_mean(const Case& c) {
    const Tensor x = random(c.x, 1);
    check_same(student(average_pool_forward, x, c.window), average_pool_forward(x, c.window));
}

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    check_same(student(average_pool_forward, example, half), Tensor({1, 1, 2, 2}, {2.5f, 2.25f, -1.5f, 5.5f}));
}
BOOST_AUTO_TEST_CASE(maps_and_images_by_themselves) {
    check_mean({{1, 3, 4, 4}, half});
    check_mean({{3, 1, 4, 4}, half});
}
BOOST_AUTO_TEST_CASE(not_square_and_left_over) {
    check_mean({{1, 2, 3, 9}, {.size = 3, .stride = 3}});
    check_mean({{1, 1, 7, 5}, half});
}
BOOST_AUTO_TEST_CASE(overlapping_windows) {
    check_mean({{1, 1, 7, 7}, {.size = 3, .stride = 2}});
    check_mean({{2, 1, 6, 5}, {.size = 4}});
}
BOOST_AUTO_TEST_CASE(a_whole_map) { check_mean({{2, 3, 4, 4}, {.size = 4}}); }
BOOST_AUTO_TEST_CASE(padding_counts_as_zeros) {
    check_same(student(average_pool_forward, Tensor::full({1, 1, 2, 2}, 4), Window{2, 2, 1}),
               Tensor::full({1, 1, 2, 2}, 1));
    check_mean({{1, 2, 5, 6}, {.size = 3, .stride = 2, .padding = 1}});
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    const auto check_golden = [](const std::string& name, const Window& window) {
        check_same(student(average_pool_forward, golden(name + "_x"), window), golden(name + "_average"));
    };
    check_golden("halved", half);
    check_golden("overlapping", {.size = 3, .stride = 2});
    check_golden("left_over", {.size = 3, .stride = 3});
    check_golden("padded", {.size = 3, .stride = 2, .padding = 1});
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(average_pool_forward, Tensor({1, 1, 5, 2}), Window{.size = 3});
    check_rejects(average_pool_forward, Tensor({1, 1, 2, 5}), Window{.size = 3});
    for (const Shape& shape : {Shape{4}, Shape{4, 4}, Shape{1, 4, 4}, Shape{1, 1, 1, 4, 4}})
        check_rejects(average_pool_forward, Tensor(shape), half);
    for (const Window& window : {Window{2, 2, 2}, Window{2, 2, -1}, Window{2, 0, 0}, Window{0, 1, 0}})
        check_rejects(average_pool_forward, Tensor({1, 1, 4, 4}), window);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_5_4)

void check_size(Index input, Index size, Index stride) {
    check_same(student(covering_size, input, size, stride), covering_size(input, size, stride));
}
void check_cover(const Shape& shape, Index size, Index stride, float add = 0) {
    Tensor x = random(shape, 1);
    for (float& value : x.values()) value += add;
    check_same(student(overlapping_max_pool, x, size, stride), overlapping_max_pool(x, size, stride));
}

BOOST_AUTO_TEST_CASE(how_many_windows_where_none_hangs_over) {
    check_same(student(covering_size, 55, 3, 2), 27);  // AlexNet
    check_size(3, 3, 2);
    check_size(8, 2, 2);
    check_size(9, 5, 4);
}
BOOST_AUTO_TEST_CASE(how_many_windows_where_the_last_hangs_over) {
    check_same(student(covering_size, 112, 3, 2), 56);  // GoogLeNet
    check_size(7, 2, 2);
    check_size(10, 5, 4);
    check_size(12, 5, 4);
}
BOOST_AUTO_TEST_CASE(the_table_of_the_handout) {
    const std::array<Index, 7> windows{1, 1, 1, 2, 2, 3, 3};
    for (Index input = 1; input <= 7; ++input)
        check_same(student(covering_size, input, 3, 2), windows[static_cast<std::size_t>(input - 1)]);
}
BOOST_AUTO_TEST_CASE(fewer_pixels_than_a_window_has) {
    check_same(student(covering_size, 2, 3, 2), 1);
    check_size(1, 3, 2);
    check_size(1, 5, 1);
}
BOOST_AUTO_TEST_CASE(windows_of_one_pixel) {
    check_size(1, 1, 1);
    check_size(6, 1, 1);
}
BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    for (const Index stride : {3, 4, 9, 0, -1}) check_rejects(covering_size, 8, 2, stride);
    for (const Index size : {0, -1}) {
        check_rejects(covering_size, 8, size, 1);
        check_rejects(covering_size, 8, size, size);
    }
    for (const Index input : {0, -5}) check_rejects(covering_size, input, 2, 2);
}
BOOST_AUTO_TEST_CASE(every_window_complete) { check_cover({1, 2, 7, 9}, 3, 2); }
BOOST_AUTO_TEST_CASE(the_last_window_hangs_over) {
    check_cover({1, 1, 6, 6}, 3, 2);
    check_cover({2, 2, 8, 5}, 3, 2);
}
BOOST_AUTO_TEST_CASE(all_negative) { check_cover({1, 1, 6, 8}, 3, 2, -2); }
BOOST_AUTO_TEST_CASE(far_below_zero_and_hanging_over) {
    check_cover({1, 1, 6, 8}, 3, 2, -2e3f);
    check_cover({1, 1, 6, 8}, 3, 2, -2e6f);
}
BOOST_AUTO_TEST_CASE(what_cannot_be_pooled_is_refused) {
    for (const Shape& shape :
         {Shape{4}, Shape{4, 4}, Shape{1, 4, 4}, Shape{1, 1, 1, 4, 4}, Shape{1, 1, 0, 4}, Shape{1, 1, 4, 0}})
        check_rejects(overlapping_max_pool, Tensor(shape), Index{2}, Index{2});
    const Tensor x({1, 1, 8, 8});
    for (const auto& [size, stride] : {std::array<Index, 2>{2, 3}, {2, 0}, {2, -1}, {0, 0}, {0, 1}, {-1, -1}})
        check_rejects(overlapping_max_pool, x, size, stride);
}
BOOST_AUTO_TEST_CASE(smaller_than_a_window) {
    check_cover({1, 2, 2, 1}, 3, 2, -2);
    check_cover({1, 1, 1, 1}, 3, 2);
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    const auto check_golden = [](const std::string& name, Index size, Index stride) {
        check_same(student(overlapping_max_pool, golden(name + "_x"), size, stride), golden(name + "_y"));
    };
    check_golden("alexnet", 3, 2);
    check_golden("googlenet", 3, 2);
    check_golden("wide_steps", 5, 4);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_5_5)

BOOST_AUTO_TEST_CASE(four_hundred_filters_of_eight_by_eight) {
    check_same(student(pooling_savings, 96, 96, 400, 8, Window{.size = 8, .stride = 8}, 10),
               {.values_without = 3'168'400,
                .values_with = 48'400,
                .parameters_without = 31'684'010,
                .parameters_with = 484'010});
}
BOOST_AUTO_TEST_CASE(one_filter_and_one_output) {
    check_same(student(pooling_savings, 6, 6, 1, 3, half, 1),
               {.values_without = 16, .values_with = 4, .parameters_without = 17, .parameters_with = 5});
}
BOOST_AUTO_TEST_CASE(not_square) {
    check_same(student(pooling_savings, 28, 20, 6, 5, half, 120), pooling_savings(28, 20, 6, 5, half, 120));
}
BOOST_AUTO_TEST_CASE(overlapping_windows) {
    const Window window{.size = 3, .stride = 2};
    check_same(student(pooling_savings, 30, 41, 16, 4, window, 7), pooling_savings(30, 41, 16, 4, window, 7));
}
BOOST_AUTO_TEST_CASE(padded_windows) {
    const Window window{.size = 3, .stride = 2, .padding = 1};
    check_same(student(pooling_savings, 30, 41, 16, 3, window, 7), pooling_savings(30, 41, 16, 3, window, 7));
}
BOOST_AUTO_TEST_CASE(filters_of_one_pixel) {
    check_same(student(pooling_savings, 9, 12, 2, 1, half, 3), pooling_savings(9, 12, 2, 1, half, 3));
}

BOOST_AUTO_TEST_SUITE_END()
