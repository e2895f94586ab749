// Tests of 12.5. The networks compute at a sixteenth of their width.
#include "probes.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab12;
using namespace cnn::grader;

namespace {

// Rounding in a sum of n products is at most 2(n + 1)u of the terms' magnitude; through the layers of a network these
// errors pass on and grow with the weights, which are below 1. 576 terms and eight layers, against values of about 1:
// 8 · 2 · 577 · 2^-24 = 5.5e-4 if every rounding fell the same way; they do not, and a tenth of that is kept.
constexpr Tolerance through_a_network{.relative = 6e-5, .absolute = 6e-5};

// Large tensors as golden/make.py keeps them: every 97th number.
Tensor as_kept(const Tensor& all) {
    if (all.count() < 1000) return all;
    std::vector<float> kept;
    for (Index i = 0; i < all.count(); i += 97) kept.push_back(all[i]);
    return Tensor({static_cast<Index>(kept.size())}, kept);
}

void check_golden_pass(const NetworkPass& pass, const std::string& name, std::size_t parameters) {
    check_same(pass.y, golden(name + "_y"), through_a_network);
    check_same(as_kept(pass.dx), golden(name + "_dx"), through_a_network);
    check_that(pass.gradients.size() == parameters,
               fmt::format("{} learned tensors, expected {}", pass.gradients.size(), parameters));
    if (pass.gradients.size() != parameters) return;
    std::vector<float> all;
    for (const Tensor& gradient : pass.gradients) {
        const Tensor kept = as_kept(gradient);
        all.insert(all.end(), kept.values().begin(), kept.values().end());
    }
    // Sums over up to 55 · 55 places: their errors add up.
    check_same(Tensor({static_cast<Index>(all.size())}, all), golden(name + "_gradients"),
               {.relative = 3e-4, .absolute = 3e-4});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_12_5)

// ---- two groups ----

BOOST_AUTO_TEST_CASE(parameters_60965224) { check_same(student(alexnet_2012_parameters), Index{60'965'224}); }
BOOST_AUTO_TEST_CASE(layers_of_2012) {
    check_same(student(alexnet_2012_layers, 1000, 16), alexnet_2012_layers(1000, 16));
}
BOOST_AUTO_TEST_CASE(other_classes_and_widths) {
    check_same(student(alexnet_2012_layers, 10, 8), alexnet_2012_layers(10, 8));
}
void check_pass_2012(Index images) {
    const Tensor x = random({images, 3, 224, 224}, 51), dy = random({images, 10}, 52);
    check_same(student(alexnet_2012_pass, x, dy, 16, 53), alexnet_2012_pass(x, dy, 16, 53), through_a_network);
}
BOOST_AUTO_TEST_CASE(outputs_and_gradients_of_2012) { check_pass_2012(1); }
BOOST_AUTO_TEST_CASE(network_of_2012_agrees_with_pytorch) {
    const Tensor x = random({1, 3, 224, 224}, 21), dy = random({1, 10}, 22);
    check_golden_pass(student(alexnet_2012_pass, x, dy, 16, 23), "alexnet_2012", 16);
}
BOOST_AUTO_TEST_CASE(a_width_that_does_not_divide_is_refused) {
    check_rejects(alexnet_2012_layers, 10, 5);
    check_rejects(alexnet_2012_layers, 10, 0);
}

// ---- one tower ----

BOOST_AUTO_TEST_CASE(parameters_61100840) { check_same(student(alexnet_parameters), Index{61'100'840}); }
BOOST_AUTO_TEST_CASE(layers_of_one_tower) { check_same(student(alexnet_layers, 1000, 16), alexnet_layers(1000, 16)); }
BOOST_AUTO_TEST_CASE(one_tower_other_classes_and_widths) {
    check_same(student(alexnet_layers, 7, 4), alexnet_layers(7, 4));
}
BOOST_AUTO_TEST_CASE(outputs_and_gradients_of_one_tower) {
    const Tensor x = random({1, 3, 224, 224}, 54), dy = random({1, 10}, 55);
    check_same(student(alexnet_pass, x, dy, 16, 56), alexnet_pass(x, dy, 16, 56), through_a_network);
}
BOOST_AUTO_TEST_CASE(one_tower_agrees_with_pytorch) {
    const Tensor x = random({1, 3, 224, 224}, 31), dy = random({1, 10}, 32);
    check_golden_pass(student(alexnet_pass, x, dy, 16, 33), "alexnet", 16);
}
BOOST_AUTO_TEST_CASE(one_tower_refuses_other_widths) { check_rejects(alexnet_layers, 10, 3); }

// ---- small images ----

void check_small(const Shape& image, Index classes) {
    check_same(student(small_alexnet_layers, image, classes), small_alexnet_layers(image, classes));
}
BOOST_AUTO_TEST_CASE(small_for_clothes) { check_small({1, 28, 28}, 10); }
BOOST_AUTO_TEST_CASE(small_for_photos) { check_small({3, 32, 32}, 10); }
BOOST_AUTO_TEST_CASE(small_for_others) {
    check_small({3, 64, 64}, 5);
    check_small({1, 28, 40}, 3);
}
BOOST_AUTO_TEST_CASE(outputs_and_gradients_of_the_small_one) {
    const Tensor x = random({2, 3, 32, 32}, 57), dy = random({2, 10}, 58);
    check_same(student(small_alexnet_pass, x, dy, 59), small_alexnet_pass(x, dy, 59), through_a_network);
}
BOOST_AUTO_TEST_CASE(the_small_one_agrees_with_pytorch) {
    const Tensor x = random({2, 1, 28, 28}, 41), dy = random({2, 10}, 42);
    check_golden_pass(student(small_alexnet_pass, x, dy, 43), "small_alexnet", 16);
}
BOOST_AUTO_TEST_CASE(images_too_small_or_too_large_are_refused) {
    check_rejects(small_alexnet_layers, Shape{3, 27, 32}, 10);
    check_rejects(small_alexnet_layers, Shape{3, 32, 65}, 10);
}

BOOST_AUTO_TEST_SUITE_END()
