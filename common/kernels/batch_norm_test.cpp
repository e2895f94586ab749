#include "kernels/batch_norm.hpp"

#include <boost/test/data/test_case.hpp>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

constexpr float epsilon = 1e-3f;

// Filters and window play no part. One pixel, primes, planes of less than a vector, one channel, batch 1; the last
// three are ResNet's and GoogLeNet's.
const std::vector<Case> cases{{{1, 1, 1, 1}, 0, {}},  {{2, 3, 1, 1}, 0, {}},    {{3, 1, 5, 7}, 0, {}},
                              {{1, 5, 3, 11}, 0, {}}, {{7, 2, 13, 13}, 0, {}},  {{5, 16, 32, 32}, 0, {}},
                              {{4, 33, 7, 7}, 0, {}}, {{2, 3, 112, 112}, 0, {}}};

// What the formulas say, in double precision, and how far off floats may be: by their rounding where x̂ is formed from
// x, which is |mean| / deviation times larger than that of x̂ itself.
struct Expected {
    Shape shape;
    std::vector<double> mean, variance, hat, y, dx, dgamma, dbeta;
    double amplification = 1, terms = 1;

    Index channel(Index i) const { return i / (shape[2] * shape[3]) % shape[1]; }
};

Expected expect(const Tensor& x, const Tensor& dy, const Tensor& gamma, const Tensor& beta, bool relu) {
    Expected e{x.shape(), {}, {}, {}, {}, {}, {}, {}};
    const auto channels = static_cast<std::size_t>(x.size(1));
    const double share = static_cast<double>(x.size(1)) / static_cast<double>(x.count());
    e.mean.resize(channels), e.variance.resize(channels), e.dgamma.resize(channels), e.dbeta.resize(channels);
    const auto c_of = [&](Index i) { return static_cast<std::size_t>(e.channel(i)); };
    for (Index i = 0; i < x.count(); ++i) e.mean[c_of(i)] += share * double{x[i]};
    for (Index i = 0; i < x.count(); ++i) e.variance[c_of(i)] += share * std::pow(double{x[i]} - e.mean[c_of(i)], 2);
    std::vector<double> error;
    for (Index i = 0; i < x.count(); ++i) {
        const std::size_t c = c_of(i);
        const double deviation = std::sqrt(e.variance[c] + double{epsilon});
        e.amplification = std::max(e.amplification, (std::abs(e.mean[c]) + 1) / deviation);
        e.hat.push_back((double{x[i]} - e.mean[c]) / deviation);
        e.y.push_back(double{gamma[e.channel(i)]} * e.hat.back() + double{beta[e.channel(i)]});
        error.push_back(relu && e.y.back() <= 0 ? 0 : double{dy[i]});
        if (relu) e.y.back() = std::max(e.y.back(), 0.0);
        e.dbeta[c] += error.back(), e.dgamma[c] += error.back() * e.hat.back();
    }
    for (Index i = 0; i < x.count(); ++i) {
        const std::size_t c = c_of(i), at = static_cast<std::size_t>(i);
        e.dx.push_back(double{gamma[e.channel(i)]} / std::sqrt(e.variance[c] + double{epsilon}) *
                       (error[at] - share * (e.dbeta[c] + e.hat[at] * e.dgamma[c])));
    }
    e.terms = std::sqrt(1 / share);
    return e;
}

void check_near(const std::string& what, const Tensor& got, const std::vector<double>& expected, double allowed) {
    BOOST_TEST_REQUIRE(got.values().size() == expected.size(), what);
    double worst = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double error = std::abs(static_cast<double>(got.values()[i]) - expected[i]);
        worst = error >= worst || std::isnan(error) ? error : worst;
    }
    BOOST_TEST(worst <= allowed, what << " of " << to_string(got.shape()) << " is off by " << worst);
}

// Like random(), but no two of x's values are so near the ReLU's corner that rounding decides.
struct Inputs {
    explicit Inputs(const Shape& shape)
        : x(random(shape, 1)), dy(random(shape, 2)), gamma(random({shape[1]}, 3)), beta(random({shape[1]}, 4)) {
        for (Index c = 0; c < shape[1]; ++c) gamma[c] += gamma[c] < 0 ? -0.5f : 0.5f;
        x *= 2;
        for (float& value : x.values()) value += 0.75f;
    }
    Tensor x, dy, gamma, beta;
};

void check(const Shape& shape, bool relu) {
    const Inputs in(shape);
    const Expected e = expect(in.x, in.dy, in.gamma, in.beta, relu);
    const BatchNormalized got = relu ? batch_norm_relu_forward(in.x, in.gamma, in.beta, epsilon)
                                     : batch_norm_forward(in.x, in.gamma, in.beta, epsilon);
    const double rounding = 0x1p-24 * 8 * e.amplification * e.amplification;
    check_near("mean", got.mean, e.mean, rounding * 4);
    check_near("variance", got.variance, e.variance, rounding * 8);
    check_near("y", got.y, e.y, rounding * 8);
    // Where y rounds to the other side of zero, that element's share of the gradients is lost or gained; there are few.
    const double corner = relu ? 1e-3 : 0;
    const BatchNormGradients back =
        relu ? batch_norm_relu_backward(in.dy, in.x, in.gamma, in.beta, got.mean, got.variance, epsilon)
             : batch_norm_backward(in.dy, in.x, in.gamma, got.mean, got.variance, epsilon);
    check_near("dbeta", back.dbeta, e.dbeta, rounding * 8 * e.terms + corner);
    check_near("dgamma", back.dgamma, e.dgamma, rounding * 16 * e.terms + corner);
    check_near("dx", back.dx, e.dx, rounding * 32 * e.amplification + corner);

    const Tensor inference = relu ? batch_norm_relu_inference(in.x, in.gamma, in.beta, got.mean, got.variance, epsilon)
                                  : batch_norm_inference(in.x, in.gamma, in.beta, got.mean, got.variance, epsilon);
    BOOST_TEST((inference == got.y), "inference with the batch's own statistics");
}

BOOST_AUTO_TEST_SUITE(batch_norm)

BOOST_DATA_TEST_CASE(follows_the_formula, cases* instruction_sets(), c, isa) {
    const On on(isa);
    check(c.x, false);
}

BOOST_DATA_TEST_CASE(with_relu, cases* instruction_sets(), c, isa) {
    const On on(isa);
    check(c.x, true);
}

BOOST_DATA_TEST_CASE(is_the_same_for_any_threads, instruction_sets(), isa) {
    const On on(isa);
    const Inputs in({5, 16, 32, 32});
    const auto forward = [&] { return batch_norm_relu_forward(in.x, in.gamma, in.beta, epsilon); };
    const BatchNormalized f = forward();
    const auto back = [&] { return batch_norm_backward(in.dy, in.x, in.gamma, f.mean, f.variance, epsilon); };
    check_same_for_any_threads("y", [&] { return forward().y; });
    check_same_for_any_threads("variance", [&] { return forward().variance; });
    check_same_for_any_threads("dx", [&] { return back().dx; });
    check_same_for_any_threads("dgamma", [&] { return back().dgamma; });
}

// By hand: 1, 2, 3, 6 have mean 3 and variance 3.5; ε = 0.5 makes the deviation 2.
BOOST_AUTO_TEST_CASE(four_numbers_by_hand) {
    const Tensor x({1, 1, 2, 2}, {1, 2, 3, 6}), gamma({1}, {4}), beta({1}, {1});
    const BatchNormalized got = batch_norm_forward(x, gamma, beta, 0.5f);
    BOOST_TEST(got.mean[0] == 3.0f);
    BOOST_TEST(got.variance[0] == 3.5f);
    BOOST_TEST((got.y == Tensor({1, 1, 2, 2}, {-3, -1, 1, 7})));
    BOOST_TEST((batch_norm_relu_forward(x, gamma, beta, 0.5f).y == Tensor({1, 1, 2, 2}, {0, 0, 1, 7})));
    // dy = 1 everywhere moves β alone.
    const auto [dx, dgamma, dbeta] =
        batch_norm_backward(Tensor::full({1, 1, 2, 2}, 1), x, gamma, got.mean, got.variance, 0.5f);
    BOOST_TEST((dx == Tensor({1, 1, 2, 2})));
    BOOST_TEST(dgamma[0] == 0.0f);
    BOOST_TEST(dbeta[0] == 4.0f);
    const auto fixed =
        batch_norm_inference_backward(Tensor::full({1, 1, 2, 2}, 1), x, gamma, got.mean, got.variance, 0.5f);
    BOOST_TEST((fixed.dx == Tensor::full({1, 1, 2, 2}, 2)));
}

// PyTorch 1.13: F.batch_norm(x, …, training=True, eps=1e-3) in double precision, and its gradients.
BOOST_AUTO_TEST_CASE(twelve_numbers_as_pytorch) {
    const Tensor x({3, 1, 2, 2}, {1, 2, 3, 4, -1, 0, 2, -2, 3, 1, 0, 5}), gamma({1}, {1.5f}), beta({1}, {-0.25f});
    Tensor dy({3, 1, 2, 2});
    for (Index i = 0; i < 12; ++i) dy[i] = static_cast<float>(i) / 4 - 1;
    const BatchNormalized got = batch_norm_forward(x, gamma, beta, epsilon);
    check_near("y", got.y,
               {-0.6289199948, 0.1289199948, 0.8867599844, 1.6445999740, -2.1445999740, -1.3867599844, 0.1289199948,
                -2.9024399636, 0.8867599844, -0.6289199948, -1.3867599844, 2.4024399636},
               1e-6);
    const auto [dx, dgamma, dbeta] = batch_norm_backward(dy, x, gamma, got.mean, got.variance, epsilon);
    check_near("dx", dx,
               {-1.0359849335, -0.8586150405, -0.6812451476, -0.5038752547, -0.2539647349, -0.0765948420, 0.0886849465,
                0.3265053618, 0.4555148368, 0.6691550431, 0.8707051450, 0.9997146200},
               1e-6);
    check_near("dgamma", dgamma, {0.3789200}, 1e-4);
    check_near("dbeta", dbeta, {4.5}, 1e-6);
}

// The textbook's E[x²] - E[x]² would find a variance of 0 or less here.
BOOST_DATA_TEST_CASE(a_small_variance_far_from_zero, instruction_sets(), isa) {
    const On on(isa);
    Tensor x = random({4, 1, 9, 9}, 1);
    for (float& value : x.values()) value = 4096 + std::round(value * 4) / 64;
    double mean = 0, variance = 0;
    for (const float value : x.values()) mean += double{value} / 324;
    for (const float value : x.values()) variance += (double{value} - mean) * (double{value} - mean) / 324;
    const float got = batch_norm_forward(x, Tensor({1}, {1}), Tensor({1}), 1e-5f).variance[0];
    BOOST_TEST(static_cast<double>(got) == variance, boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(nan_stays_nan) {
    Tensor x = random({2, 1, 3, 3}, 1);
    x[4] = std::nanf("");
    BOOST_TEST(std::isnan(batch_norm_relu_forward(x, Tensor({1}, {1}), Tensor({1}), epsilon).y[4]));
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
    const Tensor x({2, 3, 4, 4}), three({3}), two({2});
    BOOST_CHECK_THROW(batch_norm_forward(Tensor({2, 3}), three, three, epsilon), ShapeError);
    BOOST_CHECK_THROW(batch_norm_forward(x, two, three, epsilon), ShapeError);
    BOOST_CHECK_THROW(batch_norm_forward(x, three, two, epsilon), ShapeError);
    BOOST_CHECK_THROW(batch_norm_inference(x, three, three, two, three, epsilon), ShapeError);
    BOOST_CHECK_THROW(batch_norm_inference(x, three, three, three, two, epsilon), ShapeError);
    BOOST_CHECK_THROW(batch_norm_backward(Tensor({2, 3, 4, 5}), x, three, three, three, epsilon), ShapeError);
    BOOST_CHECK_THROW(batch_norm_relu_backward(x, x, three, two, three, three, epsilon), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
