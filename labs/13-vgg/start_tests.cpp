// 13.3: how weights start.
#include "testing.hpp"

#include <cmath>

using namespace cnn;
using namespace cnn::lab13;

BOOST_AUTO_TEST_SUITE(task_13_3)

constexpr Start glorot{.scheme = Scheme::glorot}, he{.scheme = Scheme::he};
constexpr Start gaussian(double deviation) { return {.scheme = Scheme::gaussian, .deviation = deviation}; }

BOOST_AUTO_TEST_CASE(fans_as_pytorch_counts_them) {
    // nn.init._calculate_fan_in_and_fan_out, see golden/make.py.
    check_same(student(fans, Shape{64, 3, 3, 3}), {27, 576});
    check_same(student(fans, Shape{5, 7}), {7, 5});
    check_same(student(fans, Shape{16, 8, 1, 5}), {40, 80});
}

// Drawn anew, the numbers are the same up to the rounding of one root: one unit in the last place of a bound of up to
// 1, which a uniform number near 0 keeps whole (-a + 2a·u).
constexpr Tolerance of_drawn_numbers{.relative = 2e-6, .absolute = 1.2e-7};
void check_weights(const Shape& w, const Start& start, std::uint32_t seed) {
    check_same(student(first_weights, w, start, seed), first_weights(w, start, seed), of_drawn_numbers);
}
BOOST_AUTO_TEST_CASE(weights_gaussian) { check_weights({4, 3, 3, 3}, gaussian(0.01), 1); }
BOOST_AUTO_TEST_CASE(weights_gaussian_of_another_deviation) { check_weights({6, 5}, gaussian(0.5), 2); }
BOOST_AUTO_TEST_CASE(weights_glorot) { check_weights({8, 3, 3, 3}, glorot, 3); }
BOOST_AUTO_TEST_CASE(weights_glorot_of_a_matrix) { check_weights({7, 20}, glorot, 4); }
BOOST_AUTO_TEST_CASE(weights_he) { check_weights({8, 3, 3, 3}, he, 5); }
BOOST_AUTO_TEST_CASE(weights_he_of_a_matrix) { check_weights({20, 7}, he, 6); }
BOOST_AUTO_TEST_CASE(weights_spread_as_they_should) {
    // Of 18,432 numbers the variance is known to about 1 % (√(2/n) for normal ones): 5 % are five deviations.
    const Shape w{64, 32, 3, 3};
    for (const Start& start : {glorot, he, gaussian(0.1)}) {
        const Tensor weights = student(first_weights, w, start, 7);
        double squares = 0;
        for (const float v : weights.values()) squares += static_cast<double>(v) * v;
        const double got = squares / static_cast<double>(w.count());
        const double expected = 2 * growth(w, start).forward / (32 * 9);
        check_that(std::abs(got / expected - 1) < 0.05,
                   fmt::format("{} weights have a variance of {:.3g}, expected {:.3g}", w, got, expected));
    }
}

void check_initialize(const Start& start, std::uint32_t seed) {
    check_same(student(initialize_report, start, seed), initialize_report(start, seed), of_drawn_numbers);
}
BOOST_AUTO_TEST_CASE(a_whole_network_he) { check_initialize(he, 11); }
BOOST_AUTO_TEST_CASE(a_whole_network_glorot) { check_initialize(glorot, 12); }
BOOST_AUTO_TEST_CASE(a_whole_network_gaussian) { check_initialize(gaussian(0.2), 13); }

void check_growth(const Shape& w, const Start& start) {
    check_same(student(growth, w, start), growth(w, start), {.relative = 1e-6});
}
BOOST_AUTO_TEST_CASE(he_keeps_the_forward_variance) {
    check_same(student(growth, Shape{64, 64, 3, 3}, he), {1, 1}, {.relative = 1e-6});
    check_same(student(growth, Shape{128, 64, 3, 3}, he), {1, 2}, {.relative = 1e-6});
}
BOOST_AUTO_TEST_CASE(glorot_halves_it) {
    check_same(student(growth, Shape{64, 64, 3, 3}, glorot), {0.5, 0.5}, {.relative = 1e-6});
    check_growth({128, 64, 3, 3}, glorot);
    check_growth({10, 256}, glorot);
}
BOOST_AUTO_TEST_CASE(a_fixed_deviation) {
    check_same(student(growth, Shape{64, 64, 3, 3}, gaussian(0.01)), {0.0288, 0.0288}, {.relative = 1e-6});
    check_growth({32, 16, 5, 5}, gaussian(0.1));
}
BOOST_AUTO_TEST_CASE(model_b_as_he_et_al_found_it) {
    // Section 2.2: of VGG's B with deviation 0.01 the gradient's deviation falls by 5.9 · 4.2² · 2.9² · 2.1⁴ = 1.7e4
    // from conv10 to conv2.
    double factor = 1;
    Index layer = 0;
    for (const Index filters : {64, 128, 128, 256, 256, 512, 512, 512, 512}) {
        const Growth each = student(growth, Shape{filters, 64, 3, 3}, gaussian(0.01));
        check_that(each.backward > 0, fmt::format("layer {}: a backward growth of {}", ++layer, each.backward));
        factor /= std::sqrt(each.backward);
    }
    check_that(std::abs(factor / 1.7e4 - 1) < 0.03,
               fmt::format("the gradient's deviation falls by {:.3g}, expected 1.7e4", factor));
}

// Sums of squares in double: what is left are the roundings of the layers themselves.
constexpr Tolerance of_variances{.relative = 1e-4, .absolute = 1e-7};

BOOST_AUTO_TEST_CASE(measured_as_by_pytorch) {
    const Profile profile = student(measure_report, 4, random({2, 6, 8, 7}, 72), random({2, 6, 8, 7}, 73), 71);
    const Tensor expected = golden("profile");
    Profile wanted;
    for (Index i = 0; i < expected.size(0); ++i) {
        wanted.activations.push_back(static_cast<double>(expected(i, 0)));
        wanted.gradients.push_back(static_cast<double>(expected(i, 1)));
    }
    check_same(profile, wanted, of_variances);
}
void check_measure(Index layers, const Shape& x, std::uint32_t seed) {
    check_same(student(measure_report, layers, random(x, seed), random(x, seed + 1), seed + 2),
               measure_report(layers, random(x, seed), random(x, seed + 1), seed + 2), of_variances);
}
BOOST_AUTO_TEST_CASE(measured_in_one_layer) { check_measure(1, {1, 2, 4, 5}, 21); }
BOOST_AUTO_TEST_CASE(measured_in_several) { check_measure(3, {2, 3, 5, 4}, 24); }
BOOST_AUTO_TEST_CASE(nothing_to_measure) { check_measure(0, {1, 1, 2, 2}, 27); }
BOOST_AUTO_TEST_CASE(sums_in_double) {
    // One layer, whose filter shifts numbers of about 0.1 by its bias; dy is 100 with steps of 0.001 about it.
    Tensor dy = random({4, 1, 64, 64}, 31);
    for (float& v : dy.values()) v = 100 + 0.001f * v;
    const Profile profile = student(measure_report, 1, random({4, 1, 64, 64}, 32), dy, 33);
    // In single precision the squares' sum is right to 1e-3 of 1e4, which is all there is.
    check_same(profile.gradients, measure_report(1, random({4, 1, 64, 64}, 32), dy, 33).gradients,
               {.relative = 1e-2, .absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(a_mean_is_no_variance) {
    // All numbers 5: no variance, whatever their size. The measured gradient of the last child is dy itself.
    const Profile profile = student(measure_report, 1, Tensor({1, 1, 1, 1}, {5}), Tensor::full({1, 1, 1, 1}, 5), 3);
    check_same(profile, {{0, 0}, {0, 0}}, {.absolute = 1e-9});
}
BOOST_AUTO_TEST_CASE(fans_of_other_ranks) {
    for (const Shape& w : {Shape{5}, Shape{5, 3, 3}, Shape{5, 3, 3, 3, 2}}) check_rejects(fans, w);
}

BOOST_AUTO_TEST_SUITE_END()
