// Tests of 15.3 to 15.7: blocks, shortcuts, networks.
#include "kernels/convolution.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab15;
using namespace cnn::grader;

// ---- 15.3 ----

BOOST_AUTO_TEST_SUITE(task_15_3)

void check_residual(const Shape& shape, bool projection) {
    const Tensor x = random(shape, 1), dy = random(shape, 2);
    check_same(student(residual_pass, x, dy, projection, 3), residual_pass(x, dy, projection, 3), through_a_network);
}
BOOST_AUTO_TEST_CASE(identity_shortcut) { check_residual({2, 2, 4, 3}, false); }
BOOST_AUTO_TEST_CASE(shortcut_with_layers) { check_residual({2, 2, 4, 3}, true); }
BOOST_AUTO_TEST_CASE(the_block_agrees_with_the_definition) {
    const Tensor x = random({1, 2, 3, 3}, 4), dy = random({1, 2, 3, 3}, 5);
    const NetworkPass pass = student(residual_pass, x, dy, false, 6);
    check_that(pass.dx.shape() == x.shape(), fmt::format("dx is {}, x {}", pass.dx.shape(), x.shape()));
    // Numbers of the pre-activation nearer to 0 than a step of 1/64 changes them would bend the difference: this seed
    // has none. Errors h²/6 · f''' and rounding / h are both below 1e-3.
    const auto f = [&](const Tensor& at) {
        const Tensor y = residual_pass(at, dy, false, 6).y;
        double sum = 0;
        for (Index i = 0; i < y.count(); ++i) sum += double{dy[i]} * double{y[i]};
        return sum;
    };
    Tensor numeric(x.shape());
    for (Index i = 0; i < x.count(); ++i) {
        Tensor up = x, down = x;
        up[i] += 0.015625f, down[i] -= 0.015625f;
        numeric[i] = static_cast<float>((f(up) - f(down)) / 0.03125);
    }
    check_same(pass.dx, numeric, {.relative = 2e-3, .absolute = 2e-3});
}
BOOST_AUTO_TEST_CASE(layers_of_the_body) {
    check_same(student(basic_body_table, 3, 3, 1), basic_body_table(3, 3, 1));
    check_same(student(basic_body_table, 4, 8, 2), basic_body_table(4, 8, 2));
}
BOOST_AUTO_TEST_CASE(the_body_at_work) {
    const Tensor x = random({2, 3, 5, 6}, 7), dy = random({2, 4, 3, 3}, 8);
    check_same(student(basic_body_pass, x, dy, 2, 9), basic_body_pass(x, dy, 2, 9), through_a_network);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 15.4 ----

BOOST_AUTO_TEST_SUITE(task_15_4)

void check_padded(const Shape& shape, Index out, Index stride) {
    const Tensor x = random(shape, 1);
    check_same(student(zero_padded_forward, x, out, stride), zero_padded_forward(x, out, stride));
}
BOOST_AUTO_TEST_CASE(the_handout_s_shortcut) {
    check_same(student(zero_padded_forward, Tensor({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}), 3, 2),
               Tensor({1, 3, 2, 2}, {0, 0, 0, 0, 1, 3, 7, 9, 0, 0, 0, 0}));
}
BOOST_AUTO_TEST_CASE(padded_one_image) { check_padded({1, 2, 4, 4}, 4, 2); }
BOOST_AUTO_TEST_CASE(padded_odd_number_of_new_maps) { check_padded({1, 2, 4, 4}, 5, 2); }
BOOST_AUTO_TEST_CASE(padded_not_square) { check_padded({2, 3, 5, 8}, 6, 2); }
BOOST_AUTO_TEST_CASE(padded_stride_of_one_and_three) {
    check_padded({2, 2, 4, 5}, 6, 1);
    check_padded({1, 2, 8, 7}, 2, 3);
}
BOOST_AUTO_TEST_CASE(padded_one_new_map) { check_padded({1, 2, 3, 2}, 3, 1); }

void check_padded_backward(const Shape& shape, const Shape& dy_shape, Index stride) {
    const Tensor dy = random(dy_shape, 2);
    check_same(student(zero_padded_backward, dy, shape, stride), zero_padded_backward(dy, shape, stride));
}
BOOST_AUTO_TEST_CASE(the_handout_s_way_back) {
    check_same(
        student(zero_padded_backward, Tensor({1, 3, 2, 2}, {9, 9, 9, 9, 1, 2, 3, 4, 9, 9, 9, 9}), Shape{1, 1, 3, 3}, 2),
        Tensor({1, 1, 3, 3}, {1, 0, 2, 0, 0, 0, 3, 0, 4}));
}
BOOST_AUTO_TEST_CASE(back_not_square) { check_padded_backward({2, 3, 5, 8}, {2, 6, 3, 4}, 2); }
BOOST_AUTO_TEST_CASE(back_odd_number_of_new_maps) { check_padded_backward({1, 2, 4, 4}, {1, 5, 2, 2}, 2); }
BOOST_AUTO_TEST_CASE(back_stride_of_one) { check_padded_backward({2, 2, 3, 4}, {2, 4, 3, 4}, 1); }

BOOST_AUTO_TEST_CASE(back_as_many_maps_and_a_stride_of_three) { check_padded_backward({1, 2, 8, 7}, {1, 2, 3, 3}, 3); }

void check_shortcut(Shortcut option) {
    for (const auto& [in, out, stride] : {std::array<Index, 3>{4, 4, 1}, {4, 8, 1}, {4, 8, 2}, {4, 4, 2}})
        check_same(student(make_shortcut_table, option, in, out, stride), make_shortcut_table(option, in, out, stride));
}
BOOST_AUTO_TEST_CASE(option_a) { check_shortcut(Shortcut::A); }
BOOST_AUTO_TEST_CASE(option_b) { check_shortcut(Shortcut::B); }
BOOST_AUTO_TEST_CASE(option_c) { check_shortcut(Shortcut::C); }

// ---- refusals ----

BOOST_AUTO_TEST_CASE(fewer_maps_and_a_stride_of_0_are_refused) {
    for (const Index out : {3, 1, 0, -4}) check_rejects(zero_padded_forward, random({1, 4, 4, 4}, 1), out, 2);
    for (const Index stride : {0, -1}) check_rejects(zero_padded_forward, random({1, 4, 4, 4}, 1), 8, stride);
}
BOOST_AUTO_TEST_CASE(errors_that_do_not_fit_are_refused) {
    // x [2, 2, 6, 4] becomes maps of 3×2: more and fewer images, rows and columns, and too few maps.
    for (const Shape& dy : {Shape{1, 4, 3, 2}, Shape{3, 4, 3, 2}, Shape{2, 4, 2, 2}, Shape{2, 4, 4, 2},
                            Shape{2, 4, 3, 1}, Shape{2, 4, 3, 3}, Shape{2, 1, 3, 2}, Shape{2, 4, 6}})
        check_rejects(zero_padded_backward, random(dy, 1), Shape{2, 2, 6, 4}, 2);
    check_rejects(zero_padded_backward, random({2, 4, 3, 2}, 1), Shape{2, 2, 6}, 2);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 15.5 ----

BOOST_AUTO_TEST_SUITE(task_15_5)

void check_bottleneck(Index in, Index inner, Index stride, StrideIn place) {
    check_same(student(bottleneck_body_table, in, inner, stride, place),
               bottleneck_body_table(in, inner, stride, place));
}
BOOST_AUTO_TEST_CASE(without_stride) { check_bottleneck(8, 2, 1, StrideIn::conv2); }
BOOST_AUTO_TEST_CASE(stride_where_torchvision_has_it) { check_bottleneck(8, 4, 2, StrideIn::conv2); }
BOOST_AUTO_TEST_CASE(stride_where_the_paper_has_it) { check_bottleneck(8, 4, 2, StrideIn::conv1); }
BOOST_AUTO_TEST_CASE(agrees_with_torchvision) {
    check_golden_pass(
        student(bottleneck_body_pass, random({3, 6, 5, 7}, 11), random({3, 8, 3, 4}, 12), 2, StrideIn::conv2, 13),
        "bottleneck");
}
BOOST_AUTO_TEST_CASE(the_paper_s_at_work) {
    const Tensor x = random({2, 4, 6, 6}, 14), dy = random({2, 8, 3, 3}, 15);
    check_same(student(bottleneck_body_pass, x, dy, 2, StrideIn::conv1, 16),
               bottleneck_body_pass(x, dy, 2, StrideIn::conv1, 16), through_a_network);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 15.6 ----

BOOST_AUTO_TEST_SUITE(task_15_6)

void check_small(const SmallOptions& options) {
    check_same(student(small_network_table, options), small_network_table(options));
}
BOOST_AUTO_TEST_CASE(layers_of_resnet_20) { check_small({}); }
BOOST_AUTO_TEST_CASE(one_block_a_stage) { check_small({.n = 1, .width = 4, .channels = 1, .classes = 3}); }
BOOST_AUTO_TEST_CASE(options_b_and_c) {
    check_small({.n = 2, .shortcut = Shortcut::B, .width = 8});
    check_small({.n = 2, .shortcut = Shortcut::C, .width = 8});
}
void check_photo(const PhotoOptions& options) {
    check_same(student(photo_network_table, options), photo_network_table(options));
}
BOOST_AUTO_TEST_CASE(small_networks_of_other_depths) {
    for (const Index n : {5, 7}) check_small({.n = n, .width = 2});
}
BOOST_AUTO_TEST_CASE(layers_of_resnet_18_and_34) {
    check_photo({.layers = 18, .width = 8, .classes = 10});
    check_photo({.layers = 34, .width = 8, .classes = 10});
}
BOOST_AUTO_TEST_CASE(layers_of_resnet_50_101_and_152) {
    for (const Index layers : {50, 101, 152}) check_photo({.layers = layers, .width = 4, .classes = 10});
}
BOOST_AUTO_TEST_CASE(the_paper_s_resnet_50) {
    check_photo({.layers = 50, .place = StrideIn::conv1, .width = 4, .classes = 10});
}

BOOST_AUTO_TEST_CASE(small_network_at_work) {
    const SmallOptions options{.n = 1, .width = 4, .channels = 1, .classes = 3};
    const Tensor x = random({3, 1, 12, 12}, 55), dy = random({3, 3}, 56);
    check_same(student(small_network_pass, options, x, dy, 57), small_network_pass(options, x, dy, 57),
               through_a_network);
}
BOOST_AUTO_TEST_CASE(small_network_agrees_with_pytorch) {
    check_golden_pass(student(small_network_pass, SmallOptions{.n = 2, .width = 4, .channels = 1, .classes = 5},
                              random({3, 1, 12, 12}, 21), random({3, 5}, 22), 23),
                      "small");
}
BOOST_AUTO_TEST_CASE(photo_network_at_work) {
    const PhotoOptions options{.layers = 18, .width = 4, .classes = 3};
    const Tensor x = random({3, 3, 40, 40}, 58), dy = random({3, 3}, 59);
    check_same(student(photo_network_pass, options, x, dy, 60), photo_network_pass(options, x, dy, 60),
               through_a_network);
}
BOOST_AUTO_TEST_CASE(bottlenecks_at_work) {
    const Tensor x = random({3, 3, 36, 36}, 61), dy = random({3, 3}, 62);
    for (const StrideIn place : {StrideIn::conv2, StrideIn::conv1}) {
        const PhotoOptions options{.layers = 50, .place = place, .width = 2, .classes = 3};
        check_same(student(photo_network_pass, options, x, dy, 63), photo_network_pass(options, x, dy, 63),
                   through_a_network);
    }
}
BOOST_AUTO_TEST_CASE(resnet_18_agrees_with_torchvision_s_blocks) {
    check_golden_pass(student(photo_network_pass, PhotoOptions{.layers = 18, .width = 4, .classes = 5},
                              random({3, 3, 40, 40}, 31), random({3, 5}, 32), 33),
                      "photo18");
}
BOOST_AUTO_TEST_CASE(resnet_50_agrees_with_torchvision_s_blocks) {
    check_golden_pass(student(photo_network_pass, PhotoOptions{.layers = 50, .width = 4, .classes = 5},
                              random({3, 3, 40, 40}, 41), random({3, 5}, 42), 43),
                      "photo50");
}

void check_count(Index parameters, Index expected, const std::string& what) {
    check_that(parameters == expected, fmt::format("{} has {} parameters, expected {}", what, parameters, expected));
}
BOOST_AUTO_TEST_CASE(parameters_of_small_networks) {
    for (const auto& [n, expected] :
         {std::pair<Index, Index>{3, 269722}, {5, 464154}, {7, 658586}, {9, 853018}, {18, 1727962}})
        check_count(student(small_network_table, SmallOptions{.n = n}).parameters, expected,
                    fmt::format("ResNet-{}", 6 * n + 2));
}
// Filters grow with the square of the width, everything else in proportion: three narrow networks tell what a wide one
// has, without the gigabyte of weights that these five would be.
Index at_width_64(Index layers) {
    const auto count = [&](Index width) {
        return student(photo_network_table, PhotoOptions{.layers = layers, .width = width}).parameters;
    };
    const Index one = count(1), two = count(2), three = count(3);
    return one + 63 * (two - one) + 63 * 62 / 2 * (three - 2 * two + one);
}
BOOST_AUTO_TEST_CASE(parameters_of_photo_networks) {
    for (const auto& [layers, expected] :
         {std::pair<Index, Index>{18, 11689512}, {34, 21797672}, {50, 25557032}, {101, 44549160}, {152, 60192808}})
        check_count(at_width_64(layers), expected, fmt::format("ResNet-{} of width 64", layers));
}

// ---- refusals ----

BOOST_AUTO_TEST_CASE(no_block_is_refused) {
    for (const Index n : {0, -1}) check_rejects(small_network_table, SmallOptions{.n = n});
}
BOOST_AUTO_TEST_CASE(other_depths_are_refused) {
    for (const Index layers : {42, 0, 17, 20, 49, 51, 100, 153, -18})
        check_rejects(photo_network_table, PhotoOptions{.layers = layers, .width = 2});
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 15.7 ----

BOOST_AUTO_TEST_SUITE(task_15_7)

BOOST_AUTO_TEST_CASE(layers_of_plain_networks) {
    const SmallOptions options{.n = 2, .residual = false, .width = 8, .channels = 1};
    check_same(student(small_network_table, options), small_network_table(options));
}
BOOST_AUTO_TEST_CASE(plain_networks_have_the_same_parameters) {
    const NetworkTable plain = student(small_network_table, SmallOptions{.n = 7, .residual = false});
    check_that(plain.parameters == 658586,
               fmt::format("plain-44 has {} parameters, expected 658586 as ResNet-44", plain.parameters));
}
BOOST_AUTO_TEST_CASE(plain_network_at_work) {
    const SmallOptions options{.n = 1, .residual = false, .width = 4, .channels = 1, .classes = 3};
    const Tensor x = random({3, 1, 12, 12}, 51), dy = random({3, 3}, 52);
    check_same(student(small_network_pass, options, x, dy, 53), small_network_pass(options, x, dy, 53),
               through_a_network);
}
BOOST_AUTO_TEST_CASE(identity_of_one_map) { check_same(student(identity_filters, 1), identity_filters(1)); }
BOOST_AUTO_TEST_CASE(identity_gives_back_what_it_gets) {
    const Tensor w = student(identity_filters, 3), x = random({2, 3, 4, 5}, 54);
    check_that(w.shape() == Shape{3, 3, 3, 3}, fmt::format("the filters are {}, expected [3, 3, 3, 3]", w.shape()));
    if (w.shape() == Shape{3, 3, 3, 3})
        check_same(kernels::conv2d_forward(x, w, Tensor({3}), {.size = 3, .padding = 1}), x);
}
BOOST_AUTO_TEST_CASE(identity_filters_themselves) { check_same(student(identity_filters, 4), identity_filters(4)); }

const Curve shallow{20, {0.5, 0.3, 0.2, 0.1}, {0.6, 0.4, 0.3, 0.25}},
    deep{44, {0.7, 0.5, 0.4, 0.2}, {0.8, 0.5, 0.3, 0.3}};
void check_cost(const Curve& a, const Curve& b, Index last) {
    check_same(student(depth_cost, a, b, last), depth_cost(a, b, last), {.absolute = 1e-9});
}
BOOST_AUTO_TEST_CASE(cost_at_the_last_epoch) { check_cost(shallow, deep, 1); }
BOOST_AUTO_TEST_CASE(cost_over_two_epochs) { check_cost(shallow, deep, 2); }
BOOST_AUTO_TEST_CASE(the_deeper_one_may_come_first) { check_cost(deep, shallow, 3); }
BOOST_AUTO_TEST_CASE(errors_may_rise_again) {
    check_cost(shallow, {44, {0.7, 0.3, 0.4, 0.35}, {0.8, 0.2, 0.3, 0.5}}, 3);
}
BOOST_AUTO_TEST_CASE(depth_may_help) { check_cost({20, {0.2, 0.1}, {0.3, 0.3}}, {56, {0.1, 0.05}, {0.3, 0.2}}, 2); }
BOOST_AUTO_TEST_CASE(curves_of_different_lengths) { check_cost({20, {0.9, 0.2}, {0.9, 0.3}}, deep, 2); }
BOOST_AUTO_TEST_CASE(what_cannot_be_compared_is_refused) {
    for (const Index last : {5, 0, -1}) check_rejects(depth_cost, shallow, deep, last);
    check_rejects(depth_cost, shallow, shallow, 1);
    // Too short in one of the four lists.
    const std::vector<double> four{0.5, 0.4, 0.3, 0.2}, two{0.5, 0.4};
    for (const auto& [a, b] : {std::pair<Curve, Curve>{{20, two, four}, {44, four, four}},
                               {{20, four, two}, {44, four, four}},
                               {{20, four, four}, {44, two, four}},
                               {{20, four, four}, {44, four, two}}}) {
        check_rejects(depth_cost, a, b, 3);
        check_rejects(depth_cost, b, a, 3);
    }
}

BOOST_AUTO_TEST_SUITE_END()
