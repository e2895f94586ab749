// 13.2: what a unit sees.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab13;

BOOST_AUTO_TEST_SUITE(task_13_2)

const Window three{.size = 3, .padding = 1}, halve{.size = 2, .stride = 2};
const std::vector<Window> example{{.size = 3, .padding = 1}, {.size = 2, .stride = 2}, {.size = 3, .padding = 1}};
// The convolutions and poolings of D.
std::vector<Window> windows_of_d() {
    std::vector<Window> windows;
    for (const int threes : {2, 2, 3, 3, 3}) {
        windows.insert(windows.end(), static_cast<std::size_t>(threes), three);
        windows.push_back(halve);
    }
    return windows;
}

void check_field(const std::vector<Window>& layers) {
    check_same(student(receptive_field, layers), receptive_field(layers));
}
BOOST_AUTO_TEST_CASE(the_handout_s_fields) {
    check_same(student(receptive_field, std::vector<Window>(3, {.size = 3})), {7, 1, 0});
    check_same(student(receptive_field, example), {8, 2, -3});
}
BOOST_AUTO_TEST_CASE(a_pixel_sees_itself) { check_same(student(receptive_field, std::vector<Window>{}), {1, 1, 0}); }
BOOST_AUTO_TEST_CASE(one_window) {
    check_field({{.size = 7}});
    check_field({{.size = 11, .stride = 4, .padding = 2}});
    check_field({{.size = 1, .stride = 3}});
}
BOOST_AUTO_TEST_CASE(strides_multiply) {
    check_field({{.size = 3, .stride = 2}, {.size = 3, .stride = 3}, {.size = 5, .stride = 2}, {.size = 2}});
}
BOOST_AUTO_TEST_CASE(padding_moves_the_start) {
    check_field({{.size = 5, .padding = 2}, {.size = 3, .stride = 2, .padding = 1}, {.size = 3, .padding = 1}});
}
BOOST_AUTO_TEST_CASE(vgg16_before_the_dense_layers) {
    check_same(student(receptive_field, windows_of_d()), {212, 32, -90});
}

void check_pixels(const std::vector<Window>& layers, Index unit, Index side) {
    check_same(student(pixels_seen, layers, unit, side), pixels_seen(layers, unit, side));
}
BOOST_AUTO_TEST_CASE(the_handout_s_pixels) {
    check_same(student(pixels_seen, example, 0, 12), {0, 4});
    check_same(student(pixels_seen, example, 2, 12), {1, 8});
    check_same(student(pixels_seen, example, 5, 12), {7, 11});
}
BOOST_AUTO_TEST_CASE(every_unit_of_some_layers) {
    for (Index unit = 0; unit < 5; ++unit) check_pixels({{.size = 3, .padding = 1}, halve}, unit, 11);
    for (Index unit = 0; unit < 3; ++unit) check_pixels({{.size = 5, .stride = 3}, {.size = 2}}, unit, 17);
}
BOOST_AUTO_TEST_CASE(without_layers) { check_pixels({}, 3, 5); }
BOOST_AUTO_TEST_CASE(windows_that_just_fit) {
    check_pixels({{.size = 4, .stride = 2}}, 0, 4);
    check_pixels({{.size = 5, .stride = 2, .padding = 1}}, 0, 3);
}
BOOST_AUTO_TEST_CASE(vgg16_sees_nearly_everything) { check_pixels(windows_of_d(), 3, 224); }

BOOST_AUTO_TEST_CASE(three_threes_against_a_seven) {
    // Section 2.3: 27 C² against 49 C².
    check_same(student(stack_cost, 3, 3, 10, 1), {7, 2700, 2700});
    check_same(student(stack_cost, 1, 7, 10, 1), {7, 4900, 4900});
}
BOOST_AUTO_TEST_CASE(other_stacks) {
    check_same(student(stack_cost, 2, 5, 3, 4), stack_cost(2, 5, 3, 4));
    check_same(student(stack_cost, 4, 1, 2, 3), stack_cost(4, 1, 2, 3));
    check_same(student(stack_cost, 1, 3, 512, 14), stack_cost(1, 3, 512, 14));
}

const std::vector<Window> overlapping{{3, 1, 1}, {3, 2, 0}, {2, 1, 1}};
BOOST_AUTO_TEST_CASE(influence_agrees_with_pytorch) {
    check_same(student(influence_report, overlapping, Squash::tanh, random({1, 2, 9, 11}, 71), 61, 1, 2, 3),
               golden("influence_tanh"), through_a_network);
    check_same(student(influence_report, overlapping, Squash::relu, random({1, 2, 9, 11}, 72), 62, 1, 2, 3),
               golden("influence_relu"), through_a_network);
}
BOOST_AUTO_TEST_CASE(influence_by_definition) {
    // y changes by (y(x + h) - y(x - h)) / 2h: with h = 0.01 that is the derivative up to about h² and 2^-24 / h.
    const std::vector<Window> layers{{3, 1, 1}, {2, 2, 0}};
    Tensor x = random({1, 2, 6, 6}, 5);
    const Tensor y = student(influence_report, layers, Squash::tanh, x, 6, 2, 1, 1);
    nn::Sequential network = small_stack(layers, Squash::tanh, 2, 6);
    Tensor expected({6, 6});
    for (Index c = 0; c < 2; ++c)
        for (Index i = 0; i < 6; ++i)
            for (Index j = 0; j < 6; ++j) {
                const auto at = [&](float change) {
                    Tensor moved = x;
                    moved(0, c, i, j) += change;
                    return static_cast<double>(network.forward(moved)(0, 2, 1, 1));
                };
                expected(i, j) += static_cast<float>(std::abs(at(0.01f) - at(-0.01f)) / 0.02);
            }
    check_same(y, expected, {.relative = 1e-3, .absolute = 1e-4});
}
void check_influence(const std::vector<Window>& layers, Squash squash, const Shape& x, Index channel, Index row,
                     Index column) {
    check_same(student(influence_report, layers, squash, random(x, 7), 8, channel, row, column),
               influence_report(layers, squash, random(x, 7), 8, channel, row, column), through_a_network);
}
BOOST_AUTO_TEST_CASE(influence_on_one_pixel) { check_influence({{.size = 1}}, Squash::nothing, {1, 1, 4, 3}, 0, 3, 1); }
BOOST_AUTO_TEST_CASE(influence_of_one_place_only) {
    check_influence({{.size = 1}}, Squash::nothing, {1, 2, 3, 4}, 1, 1, 2);
}
BOOST_AUTO_TEST_CASE(influence_adds_magnitudes) {
    check_influence({{.size = 3}}, Squash::nothing, {1, 4, 5, 5}, 1, 0, 2);
}
BOOST_AUTO_TEST_CASE(influence_is_zero_outside_the_field) {
    const std::vector<Window> layers{three, {.size = 3, .stride = 2}};
    const Tensor seen = student(influence_report, layers, Squash::nothing, random({1, 1, 13, 13}, 9), 10, 0, 2, 4);
    check_same(seen, influence_report(layers, Squash::nothing, random({1, 1, 13, 13}, 9), 10, 0, 2, 4),
               through_a_network);
    const Pixels rows = pixels_seen(layers, 2, 13), columns = pixels_seen(layers, 4, 13);
    for (Index i = 0; i < 13; ++i)
        for (Index j = 0; j < 13; ++j) {
            const bool inside = i >= rows.first && i <= rows.last && j >= columns.first && j <= columns.last;
            check_that((seen(i, j) != 0) == inside, fmt::format("pixel ({}, {}) has an influence of {}, but it lies {} "
                                                                "the field",
                                                                i, j, seen(i, j), inside ? "in" : "outside"));
        }
}

// ---- refusals ----

BOOST_AUTO_TEST_CASE(what_is_no_window) {
    for (const Window& window : {Window{.size = 0}, Window{.size = -1}, Window{.size = 3, .stride = 0},
                                 Window{.size = 3, .stride = -1}, Window{.size = 3, .padding = -1}}) {
        check_rejects(receptive_field, std::vector<Window>{window});
        check_rejects(receptive_field, std::vector<Window>{three, window});
    }
}
BOOST_AUTO_TEST_CASE(units_that_are_not_there) {
    check_rejects(pixels_seen, example, 6, 12);
    check_rejects(pixels_seen, example, -1, 12);
    check_rejects(pixels_seen, std::vector<Window>{}, 5, 5);
    // A row of 11 gives 5 units: the last pixel is left over.
    check_rejects(pixels_seen, std::vector<Window>{halve}, 5, 11);
    // -1 / 2 is 0 in C++: a window of 4 does not fit into 3.
    check_rejects(pixels_seen, std::vector<Window>{{.size = 4, .stride = 2}}, 0, 3);
    check_rejects(pixels_seen, std::vector<Window>{halve, {.size = 4, .stride = 2}}, 0, 7);
    check_rejects(pixels_seen, std::vector<Window>{{.size = 3, .stride = 0}}, 0, 9);
}
BOOST_AUTO_TEST_CASE(influence_of_what_is_not_there) {
    const std::vector<Window> layers{{.size = 3}};
    const Tensor x = random({1, 1, 5, 5}, 1);
    check_rejects(influence_report, layers, Squash::nothing, random({2, 1, 5, 5}, 1), 1u, 0, 0, 0);
    check_rejects(influence_report, layers, Squash::nothing, random({1, 5, 5}, 1), 1u, 0, 0, 0);
    for (const Index outside : {3, -1}) {
        check_rejects(influence_report, layers, Squash::nothing, x, 1u, outside, 0, 0);
        check_rejects(influence_report, layers, Squash::nothing, x, 1u, 0, outside, 0);
        check_rejects(influence_report, layers, Squash::nothing, x, 1u, 0, 0, outside);
    }
}

BOOST_AUTO_TEST_SUITE_END()
