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

// What a network has in its full size, from what it has at a quarter, an eighth and a sixteenth of its width: 61
// million numbers need not be made for that. With v sixteenths, weights between two layers grow as v², biases and the
// weights of the first and the last layer as v.
Index in_full_size(Index (*parameters)(Index thin)) {
    const Index one = student(parameters, 16), two = student(parameters, 8), four = student(parameters, 4);
    check_same(one, parameters(16));
    check_same(two, parameters(8));
    check_same(four, parameters(4));
    const Index square = ((four - two) - 2 * (two - one)) / 6, line = two - one - 3 * square;
    return 256 * square + 16 * line + one - square - line;
}
void check_full_size(Index parameters, Index expected) {
    check_that(parameters == expected, fmt::format("in full size: {} parameters, expected {}", parameters, expected));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_12_5)

// ---- two groups ----

BOOST_AUTO_TEST_CASE(layers_of_2012) {
    check_same(student(alexnet_2012_layers, 1000, 16), alexnet_2012_layers(1000, 16));
}
BOOST_AUTO_TEST_CASE(other_classes_and_widths) {
    check_same(student(alexnet_2012_layers, 10, 8), alexnet_2012_layers(10, 8));
}
BOOST_AUTO_TEST_CASE(parameters_60965224) { check_full_size(in_full_size(alexnet_2012_parameters), 60'965'224); }
void check_pass_2012(Index images) {
    const Tensor x = random({images, 3, 224, 224}, 51), dy = random({images, 10}, 52);
    check_same(student(alexnet_2012_pass, x, dy, 16, 53), alexnet_2012_pass(x, dy, 16, 53), through_a_network);
}
BOOST_AUTO_TEST_CASE(outputs_and_gradients_of_2012) { check_pass_2012(1); }
BOOST_AUTO_TEST_CASE(network_of_2012_agrees_with_pytorch) {
    const Tensor x = random({1, 3, 224, 224}, 21), dy = random({1, 10}, 22);
    check_golden_pass(student(alexnet_2012_pass, x, dy, 16, 23), "alexnet_2012", 16);
}

// ---- one tower ----

BOOST_AUTO_TEST_CASE(layers_of_one_tower) { check_same(student(alexnet_layers, 1000, 16), alexnet_layers(1000, 16)); }
BOOST_AUTO_TEST_CASE(one_tower_other_classes_and_widths) {
    check_same(student(alexnet_layers, 7, 4), alexnet_layers(7, 4));
}
BOOST_AUTO_TEST_CASE(parameters_61100840) { check_full_size(in_full_size(alexnet_parameters), 61'100'840); }
BOOST_AUTO_TEST_CASE(outputs_and_gradients_of_one_tower) {
    const Tensor x = random({1, 3, 224, 224}, 54), dy = random({1, 10}, 55);
    check_same(student(alexnet_pass, x, dy, 16, 56), alexnet_pass(x, dy, 16, 56), through_a_network);
}
BOOST_AUTO_TEST_CASE(one_tower_agrees_with_pytorch) {
    const Tensor x = random({1, 3, 224, 224}, 31), dy = random({1, 10}, 32);
    check_golden_pass(student(alexnet_pass, x, dy, 16, 33), "alexnet", 16);
}

// ---- small images ----

void check_small(const Shape& image, Index classes) {
    check_same(student(small_alexnet_layers, image, classes), small_alexnet_layers(image, classes));
}
BOOST_AUTO_TEST_CASE(small_for_clothes) { check_small({1, 28, 28}, 10); }
BOOST_AUTO_TEST_CASE(small_for_photos) { check_small({3, 32, 32}, 10); }
BOOST_AUTO_TEST_CASE(small_for_others) {
    check_small({3, 64, 64}, 5);
    check_small({1, 28, 40}, 3);
    check_small({2, 64, 28}, 3);
}
BOOST_AUTO_TEST_CASE(outputs_and_gradients_of_the_small_one) {
    const Tensor x = random({2, 3, 32, 32}, 57), dy = random({2, 10}, 58);
    check_same(student(small_alexnet_pass, x, dy, 59), small_alexnet_pass(x, dy, 59), through_a_network);
}
BOOST_AUTO_TEST_CASE(the_small_one_agrees_with_pytorch) {
    const Tensor x = random({2, 1, 28, 28}, 41), dy = random({2, 10}, 42);
    check_golden_pass(student(small_alexnet_pass, x, dy, 43), "small_alexnet", 16);
}

// ---- refusals ----

BOOST_AUTO_TEST_CASE(a_width_that_does_not_divide_is_refused) {
    for (const Index thin : {5, 3, 32, 0, -1}) check_rejects(alexnet_2012_layers, 10, thin);
}
BOOST_AUTO_TEST_CASE(one_tower_refuses_other_widths) {
    for (const Index thin : {3, 5, 32, 0, -1}) check_rejects(alexnet_layers, 10, thin);
}
BOOST_AUTO_TEST_CASE(images_too_small_or_too_large_are_refused) {
    for (const Shape& image :
         {Shape{3, 27, 32}, Shape{3, 32, 27}, Shape{3, 32, 65}, Shape{3, 65, 32}, Shape{3, 27, 27}})
        check_rejects(small_alexnet_layers, image, 10);
}

BOOST_AUTO_TEST_SUITE_END()
