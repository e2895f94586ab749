// 14.1 and 14.2.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "modules.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab14;
using namespace cnn::grader;

// ---- 14.1 ----

BOOST_AUTO_TEST_SUITE(task_14_1)

BOOST_AUTO_TEST_CASE(the_handout_s_maps) {
    const std::vector<Tensor> parts{Tensor({2, 1, 1, 2}, {1, 2, 5, 6}), Tensor({2, 1, 1, 2}, {3, 4, 7, 8})};
    const Tensor whole({2, 2, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
    check_same(student(concatenate, parts), whole);
    check_same(student(split, whole, std::vector<Index>{1, 1}), parts);
}
std::vector<Tensor> parts_of(Index images, const std::vector<Index>& channels, Index height, Index width) {
    std::vector<Tensor> parts;
    std::uint32_t seed = 1;
    for (const Index c : channels) parts.push_back(random({images, c, height, width}, seed++));
    return parts;
}
void check_both(Index images, const std::vector<Index>& channels, Index height, Index width) {
    const std::vector<Tensor> parts = parts_of(images, channels, height, width);
    check_same(student(concatenate, parts), concatenate(parts));
    check_same(student(split, concatenate(parts), channels), parts);
}
BOOST_AUTO_TEST_CASE(one_part) { check_both(2, {3}, 2, 4); }
BOOST_AUTO_TEST_CASE(one_number_each) { check_both(1, {1, 1, 1}, 1, 1); }
BOOST_AUTO_TEST_CASE(parts_of_different_widths) { check_both(1, {2, 3, 1}, 2, 3); }
BOOST_AUTO_TEST_CASE(several_images) { check_both(3, {2, 3, 1, 2}, 3, 2); }
BOOST_AUTO_TEST_CASE(a_part_without_channels) { check_both(2, {2, 0, 1}, 2, 2); }

void check_module(const Shape& x_shape, const std::vector<Index>& widths) {
    Index channels = 0;
    for (const Index width : widths) channels += width;
    const Tensor x = random(x_shape, 11), dy = random({x_shape[0], channels, x_shape[2], x_shape[3]}, 12);
    check_same(student(module_pass, x, dy, widths, 13u), module_pass(x, dy, widths, 13), through_a_module);
}
BOOST_AUTO_TEST_CASE(module_of_one_path) { check_module({1, 2, 3, 3}, {3}); }
BOOST_AUTO_TEST_CASE(module_of_two_equal_paths) { check_module({2, 2, 2, 3}, {2, 2}); }
BOOST_AUTO_TEST_CASE(module_of_four_paths) { check_module({2, 3, 3, 2}, {1, 3, 2, 3}); }
// Independent of the reference: the definition of a derivative.
BOOST_AUTO_TEST_CASE(dx_is_the_slope_of_y) {
    Tensor x = random({1, 2, 2, 2}, 14);
    const Tensor dy = Tensor::full({1, 5, 2, 2}, 1);
    const std::vector<Index> widths{2, 3};
    const auto sum = [&](float change) {
        Tensor moved = x;
        moved[5] += change;
        double all = 0;
        const Tensor y = student(module_pass, moved, dy, widths, 15u).y;
        for (const float v : y.values()) all += static_cast<double>(v);
        return all;
    };
    const Tensor dx = student(module_pass, x, dy, widths, 15u).dx;
    check_that(dx.shape() == x.shape(), fmt::format("dx {}, expected {}", dx.shape(), x.shape()));
    if (dx.shape() != x.shape()) return;
    const double slope = (sum(0.01f) - sum(-0.01f)) / 0.02;
    check_that(
        std::abs(slope - static_cast<double>(dx[5])) < 1e-3,
        fmt::format("the sum of y changes by {:.5f} for each unit that a pixel changes, dx says {:.5f}", slope, dx[5]));
}

const Inception small_naive{3, 2, 0, 3, 0, 2, 0};

void check_naive(const Inception& channels, Index side) {
    check_same(student(naive_inception_table, channels, side), naive_inception_table(channels, side));
}
BOOST_AUTO_TEST_CASE(layers_of_a_small_naive_module) { check_naive(small_naive, 5); }
BOOST_AUTO_TEST_CASE(layers_of_another_naive_module) { check_naive({2, 5, 1, 1, 1, 4, 1}, 3); }
BOOST_AUTO_TEST_CASE(layers_of_naive_3a) { check_naive(googlenet_modules()[0].channels, 28); }
BOOST_AUTO_TEST_CASE(naive_module_computes) {
    const Tensor x = random({1, 3, 4, 5}, 16), dy = random({1, 10, 4, 5}, 17);
    check_same(student(naive_inception_pass, small_naive, x, dy, 18u), naive_inception_pass(small_naive, x, dy, 18),
               of_gradients);
}
BOOST_AUTO_TEST_CASE(naive_module_agrees_with_pytorch) {
    check_golden_pass(
        student(naive_inception_pass, small_naive, random({2, 3, 5, 6}, 11), random({2, 10, 5, 6}, 12), 13u), "naive");
}

// ---- refusals ----

BOOST_AUTO_TEST_CASE(parts_that_do_not_fit_are_refused) {
    check_rejects(concatenate, std::vector<Tensor>{});
    const Tensor first = random({2, 2, 3, 3}, 1);
    // More or fewer images, rows and columns; other ranks: in the second part, in the third, and in the first.
    for (const Shape& other : {Shape{1, 2, 3, 3}, Shape{3, 2, 3, 3}, Shape{2, 2, 2, 3}, Shape{2, 2, 4, 3},
                               Shape{2, 2, 3, 2}, Shape{2, 2, 3, 4}, Shape{2, 2, 3}, Shape{2, 2, 3, 3, 1}}) {
        check_rejects(concatenate, std::vector<Tensor>{first, random(other, 2)});
        check_rejects(concatenate, std::vector<Tensor>{first, first, random(other, 2)});
        check_rejects(concatenate, std::vector<Tensor>{random(other, 2), first});
    }
    for (const Shape& shape : {Shape{1, 2, 3}, Shape{1, 2, 3, 3, 1}})
        check_rejects(concatenate, std::vector<Tensor>{random(shape, 1), random(shape, 1)});
}
BOOST_AUTO_TEST_CASE(channels_that_do_not_add_up_are_refused) {
    for (const std::vector<Index>& channels : {std::vector<Index>{2, 2}, {2, 4}, {5, 1}, {4}, {6}, {}})
        check_rejects(split, random({1, 5, 2, 2}, 1), channels);
    check_rejects(split, random({1, 5, 2}, 1), std::vector<Index>{2, 3});
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 14.2 ----

BOOST_AUTO_TEST_SUITE(task_14_2)

const Inception small{4, 2, 3, 4, 2, 3, 2};

void check_inception(const Inception& channels, Index side) {
    check_same(student(inception_table, channels, side), inception_table(channels, side));
}
BOOST_AUTO_TEST_CASE(layers_of_a_small_module) { check_inception(small, 5); }
BOOST_AUTO_TEST_CASE(layers_of_3a) {
    const NetworkTable module = student(inception_table, googlenet_modules()[0].channels, 28);
    check_same(module, inception_table(googlenet_modules()[0].channels, 28));
    check_same(module.parameters, 163'696);
}
BOOST_AUTO_TEST_CASE(layers_of_another_module) { check_inception({3, 5, 2, 6, 4, 1, 3}, 4); }
BOOST_AUTO_TEST_CASE(module_computes) {
    const Tensor x = random({1, 4, 5, 4}, 26), dy = random({1, 11, 5, 4}, 27);
    check_same(student(inception_pass, small, x, dy, 28u), inception_pass(small, x, dy, 28), of_gradients);
}
BOOST_AUTO_TEST_CASE(module_agrees_with_pytorch) {
    check_golden_pass(student(inception_pass, small, random({2, 4, 5, 6}, 21), random({2, 11, 5, 6}, 22), 23u),
                      "inception");
}

BOOST_AUTO_TEST_CASE(the_handout_s_costs) {
    check_same(student(convolution_cost, 192, 32, 5, 28), {153'632, 120'422'400});
    check_same(student(convolution_cost, 192, 16, 1, 28), {3'088, 2'408'448});
    check_same(student(convolution_cost, 16, 32, 5, 28), {12'832, 10'035'200});
}
BOOST_AUTO_TEST_CASE(costs_of_other_layers) {
    for (const auto& [in, out, size, side] :
         {std::tuple(1, 1, 1, 1), std::tuple(3, 64, 7, 112), std::tuple(5, 2, 3, 9)})
        check_same(student(convolution_cost, in, out, size, side), convolution_cost(in, out, size, side));
}
BOOST_AUTO_TEST_CASE(costs_of_a_small_module) {
    check_same(student(naive_cost, small, 5), naive_cost(small, 5));
    check_same(student(inception_cost, small, 5), inception_cost(small, 5));
}
BOOST_AUTO_TEST_CASE(costs_of_all_modules) {
    for (const Module& module : googlenet_modules()) {
        check_same(student(naive_cost, module.channels, module.side), naive_cost(module.channels, module.side));
        check_same(student(inception_cost, module.channels, module.side), inception_cost(module.channels, module.side));
    }
}
BOOST_AUTO_TEST_CASE(costs_are_what_the_layers_have) {
    // Independent of the reference's counting: the parameters of its networks, of the two smallest modules.
    std::vector<Module> modules = googlenet_modules();
    modules.resize(2);
    for (const Module& module : modules) {
        check_same(student(naive_cost, module.channels, module.side).parameters,
                   naive_inception_table(module.channels, module.side).parameters);
        check_same(student(inception_cost, module.channels, module.side).parameters,
                   inception_table(module.channels, module.side).parameters);
    }
}
BOOST_AUTO_TEST_CASE(table_1) {
    // Multiply-adds in the paper's millions: 128, 304, 73, 88, 100, 119, 170, 54, 71. Its 73 and 54 are 74 and 51 here.
    const std::vector<ModuleCost> costs = student(module_costs, googlenet_modules());
    check_same(costs, {{"3a", 256, 416, {163'696, 128'049'152}, {387'296, 303'464'448}},
                       {"3b", 480, 672, {388'736, 304'267'264}, {1'089'952, 854'196'224}},
                       {"4a", 512, 928, {376'176, 73'608'192}, {1'567'168, 307'077'120}},
                       {"4b", 512, 960, {449'160, 87'908'352}, {1'933'760, 378'929'152}},
                       {"4c", 512, 960, {510'104, 99'850'240}, {2'064'832, 404'619'264}},
                       {"4d", 528, 976, {605'376, 118'515'712}, {2'204'112, 431'915'008}},
                       {"4e", 832, 1232, {868'352, 169'996'288}, {3'346'112, 655'699'968}},
                       {"5a", 832, 1536, {1'043'456, 51'079'168}, {5'272'256, 258'306'048}},
                       {"5b", 1024, 1728, {1'444'080, 70'697'984}, {5'858'176, 287'006'720}}});
}
BOOST_AUTO_TEST_CASE(no_modules_no_costs) { check_same(student(module_costs, std::vector<Module>{}), {}); }

BOOST_AUTO_TEST_SUITE_END()
