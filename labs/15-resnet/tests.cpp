// Tests of 15.1 and 15.2: batch normalisation.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab15;
using namespace cnn::grader;

namespace {

constexpr float epsilon = 1e-3f;

// As golden/make.py makes them: spread around 0.5.
Tensor images(const Shape& shape) {
    Tensor x = random(shape, 1);
    for (float& value : x.values()) value = 2 * value + 0.5f;
    return x;
}
Tensor variances(Index channels) {
    Tensor variance = random({channels}, 5);
    for (float& value : variance.values()) value += 1.5f;
    return variance;
}
const Shape one{2, 3, 4, 5}, two{5, 2, 1, 3};

// Σ dy · y in double precision, y being what batch_norm_forward promises.
double weighed(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& dy) {
    const Index N = x.size(0), C = x.size(1), pixels = x.size(2) * x.size(3);
    double sum = 0;
    for (Index c = 0; c < C; ++c) {
        const auto at = [&](Index m) { return (m / pixels * C + c) * pixels + m % pixels; };
        const auto M = static_cast<double>(N * pixels);
        double mean = 0, variance = 0;
        for (Index m = 0; m < N * pixels; ++m) mean += double{x[at(m)]} / M;
        for (Index m = 0; m < N * pixels; ++m) variance += std::pow(double{x[at(m)]} - mean, 2) / M;
        for (Index m = 0; m < N * pixels; ++m) {
            const double hat = (double{x[at(m)]} - mean) / std::sqrt(variance + double{epsilon});
            sum += double{dy[at(m)]} * (double{gamma[c]} * hat + double{beta[c]});
        }
    }
    return sum;
}

}  // namespace

// ---- 15.1 ----

BOOST_AUTO_TEST_SUITE(task_15_1)

void check_forward(const Shape& shape) {
    const Tensor x = images(shape), gamma = random({shape[1]}, 2), beta = random({shape[1]}, 3);
    check_same(student(batch_norm_forward, x, gamma, beta, epsilon), batch_norm_forward(x, gamma, beta, epsilon),
               of_quotients);
}
BOOST_AUTO_TEST_CASE(the_handout_s_example) {
    check_same(
        student(batch_norm_forward, Tensor({2, 1, 1, 2}, {1, 3, 5, 7}), Tensor({1}, {2}), Tensor({1}, {1}), 0.0f),
        {Tensor({2, 1, 1, 2}, {-1.683282f, 0.105573f, 1.894427f, 3.683282f}), Tensor({1}, {4}), Tensor({1}, {5})},
        of_quotients);
}
BOOST_AUTO_TEST_CASE(one_channel_one_image) { check_forward({1, 1, 3, 4}); }
BOOST_AUTO_TEST_CASE(every_channel_has_its_own) { check_forward({1, 3, 2, 5}); }
BOOST_AUTO_TEST_CASE(over_all_images) { check_forward({4, 2, 3, 2}); }
BOOST_AUTO_TEST_CASE(one_pixel_an_image) { check_forward({6, 2, 1, 1}); }
BOOST_AUTO_TEST_CASE(a_channel_that_never_changes) {
    Tensor x = images({2, 2, 2, 2});
    for (Index n = 0; n < 2; ++n)
        for (Index i = 0; i < 4; ++i) x(n, 1, i / 2, i % 2) = 0.75f;
    const Tensor gamma({2}, {1, 2}), beta({2}, {0, -1});
    check_same(student(batch_norm_forward, x, gamma, beta, epsilon), batch_norm_forward(x, gamma, beta, epsilon),
               of_quotients);
}
BOOST_AUTO_TEST_CASE(far_from_zero) {
    // Squares of about 1e6 minus a squared mean of about 1e6 leave nothing in single precision.
    Tensor x = random({3, 1, 4, 4}, 7);
    for (float& value : x.values()) value += 1000;
    const Tensor gamma({1}, {1}), beta({1}, {0});
    // x itself is rounded to 6e-5 there.
    check_same(student(batch_norm_forward, x, gamma, beta, epsilon), batch_norm_forward(x, gamma, beta, epsilon),
               {.relative = 1e-3, .absolute = 1e-3});
}

void check_running(Index M, float momentum) {
    const RunningStatistics running{random({3}, 1), variances(3)};
    const Tensor mean = random({3}, 2), variance = Tensor::full({3}, 0.7f);
    check_same(student(update_running, running, mean, variance, M, momentum),
               update_running(running, mean, variance, M, momentum), of_quotients);
}
BOOST_AUTO_TEST_CASE(the_handout_s_running_statistics) {
    check_same(student(update_running, RunningStatistics{Tensor({1}, {0}), Tensor({1}, {1})}, Tensor({1}, {4}),
                       Tensor({1}, {5}), 4, 0.1f),
               {Tensor({1}, {0.4f}), Tensor({1}, {1.566667f})}, of_quotients);
}
BOOST_AUTO_TEST_CASE(running_many_numbers) { check_running(1000, 0.1f); }
BOOST_AUTO_TEST_CASE(running_two_numbers) { check_running(2, 0.1f); }
BOOST_AUTO_TEST_CASE(running_all_new) { check_running(5, 1); }

void check_inference(const Shape& shape) {
    const Index C = shape[1];
    const Tensor x = images(shape), gamma = random({C}, 2), beta = random({C}, 3), mean = random({C}, 4);
    check_same(student(batch_norm_inference, x, gamma, beta, mean, variances(C), epsilon),
               batch_norm_inference(x, gamma, beta, mean, variances(C), epsilon), of_quotients);
}
BOOST_AUTO_TEST_CASE(evaluation_one_number) { check_inference({1, 1, 1, 1}); }
BOOST_AUTO_TEST_CASE(evaluation_of_channels_that_never_changed) {
    const Tensor x = images({2, 2, 1, 3}), gamma({2}, {1, 2}), beta({2}, {0, -1}), mean({2}, {0.5f, 1});
    const Tensor variance({2}, {0, 1e-3f});
    check_same(student(batch_norm_inference, x, gamma, beta, mean, variance, epsilon),
               batch_norm_inference(x, gamma, beta, mean, variance, epsilon), {.relative = 2e-5, .absolute = 2e-4});
}
BOOST_AUTO_TEST_CASE(evaluation_several_images) { check_inference({3, 2, 2, 4}); }
BOOST_AUTO_TEST_CASE(evaluation_of_one_image_does_not_ask_the_others) {
    const Tensor x = images({3, 2, 2, 4}), gamma = random({2}, 2), beta = random({2}, 3), mean = random({2}, 4);
    const Tensor all = student(batch_norm_inference, x, gamma, beta, mean, variances(2), epsilon);
    Tensor last({1, 2, 2, 4});
    std::copy_n(x.data() + 2 * last.count(), last.count(), last.data());
    const Tensor alone = student(batch_norm_inference, last, gamma, beta, mean, variances(2), epsilon);
    check_that(all.shape() == x.shape() &&
                   std::equal(alone.values().begin(), alone.values().end(), all.values().end() - last.count()),
               "an image gives other numbers in a batch than alone: in evaluation nothing is computed from the batch");
}

void check_golden(const std::string& name, const Shape& shape) {
    const Index C = shape[1], M = shape.count() / C;
    const Tensor x = images(shape), gamma = random({C}, 2), beta = random({C}, 3), mean = random({C}, 4);
    const BatchNormalized forward = student(batch_norm_forward, x, gamma, beta, epsilon);
    check_same(forward.y, golden(name + "_y"), of_quotients);
    check_same(student(update_running, RunningStatistics{mean, variances(C)}, forward.mean, forward.variance, M, 0.25f),
               {golden(name + "_running_mean"), golden(name + "_running_variance")}, of_quotients);
    check_same(student(batch_norm_inference, x, gamma, beta, mean, variances(C), epsilon), golden(name + "_inference"),
               of_quotients);
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    check_golden("one", one);
    check_golden("two", two);
}

// ---- refusals ----

// Numbers a channel: too few, too many, and of another rank.
const Shape not_three[] = {{2}, {4}, {1}, {3, 1}};
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    const Tensor x = random({2, 3, 4, 4}, 1), three = Tensor::full({3}, 1);
    for (const Shape& other : not_three) {
        const Tensor wrong = Tensor::full(other, 1);
        check_rejects(batch_norm_forward, x, wrong, three, epsilon);
        check_rejects(batch_norm_forward, x, three, wrong, epsilon);
        check_rejects(batch_norm_inference, x, wrong, three, three, three, epsilon);
        check_rejects(batch_norm_inference, x, three, wrong, three, three, epsilon);
        check_rejects(batch_norm_inference, x, three, three, wrong, three, epsilon);
        check_rejects(batch_norm_inference, x, three, three, three, wrong, epsilon);
    }
    for (const Shape& shape : {Shape{2, 3}, Shape{2, 3, 4}, Shape{2, 3, 4, 4, 1}}) {
        check_rejects(batch_norm_forward, random(shape, 1), three, three, epsilon);
        check_rejects(batch_norm_inference, random(shape, 1), three, three, three, three, epsilon);
    }
}
BOOST_AUTO_TEST_CASE(running_less_than_two_numbers_is_refused) {
    const Tensor zero({3}), full = Tensor::full({3}, 1);
    for (const Index M : {1, 0, -1}) check_rejects(update_running, RunningStatistics{zero, full}, zero, full, M, 0.1f);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 15.2 ----

BOOST_AUTO_TEST_SUITE(task_15_2)

void check_backward(const Shape& shape, const Tensor& dy) {
    const Tensor x = images(shape), gamma = random({shape[1]}, 2), beta = random({shape[1]}, 3);
    const BatchNormalized forward = batch_norm_forward(x, gamma, beta, epsilon);
    check_same(student(batch_norm_backward, dy, x, gamma, forward.mean, forward.variance, epsilon),
               batch_norm_backward(dy, x, gamma, forward.mean, forward.variance, epsilon), of_quotients);
}
BOOST_AUTO_TEST_CASE(the_handout_s_gradients) {
    check_same(student(batch_norm_backward, Tensor({2, 1, 1, 2}, {1, 0, 0, 0}), Tensor({2, 1, 1, 2}, {1, 3, 5, 7}),
                       Tensor({1}, {2}), Tensor({1}, {4}), Tensor({1}, {5}), 0.0f),
               {Tensor({2, 1, 1, 2}, {0.268328f, -0.357771f, -0.089443f, 0.178885f}), Tensor({1}, {-1.341641f}),
                Tensor({1}, {1})},
               of_quotients);
}
BOOST_AUTO_TEST_CASE(backward_one_channel) { check_backward({1, 1, 3, 3}, random({1, 1, 3, 3}, 6)); }
BOOST_AUTO_TEST_CASE(backward_every_channel_has_its_own) { check_backward({1, 3, 2, 4}, random({1, 3, 2, 4}, 6)); }
BOOST_AUTO_TEST_CASE(backward_over_all_images) { check_backward({4, 2, 3, 2}, random({4, 2, 3, 2}, 6)); }
BOOST_AUTO_TEST_CASE(backward_of_a_channel_that_hardly_changes) {
    // Its deviation is about √ε: where ε stands is half of the answer.
    Tensor x = images({2, 2, 3, 2});
    for (Index n = 0; n < 2; ++n)
        for (Index i = 0; i < 6; ++i) x(n, 0, i / 2, i % 2) = 0.5f + 0.02f * x(n, 0, i / 2, i % 2);
    const Tensor gamma({2}, {1, 0.5f}), beta({2}), dy = random(x.shape(), 6);
    const BatchNormalized forward = batch_norm_forward(x, gamma, beta, epsilon);
    check_same(student(batch_norm_backward, dy, x, gamma, forward.mean, forward.variance, epsilon),
               batch_norm_backward(dy, x, gamma, forward.mean, forward.variance, epsilon),
               {.relative = 1e-4, .absolute = 1e-4});
}
BOOST_AUTO_TEST_CASE(backward_of_the_same_error_everywhere) {
    // Shifting a whole channel changes nothing behind the normalisation: dx is zero.
    check_backward({3, 2, 2, 2}, Tensor::full({3, 2, 2, 2}, 0.5f));
}
BOOST_AUTO_TEST_CASE(gradients_add_up_to_nothing) {
    const Tensor x = images(one), gamma = random({3}, 2), beta = random({3}, 3), dy = random(one, 6);
    const BatchNormalized forward = batch_norm_forward(x, gamma, beta, epsilon);
    const Tensor dx = student(batch_norm_backward, dy, x, gamma, forward.mean, forward.variance, epsilon).dx;
    if (dx.shape() != x.shape()) return check_that(false, fmt::format("dx is {}, x {}", dx.shape(), x.shape()));
    for (Index c = 0; c < 3; ++c) {
        double sum = 0;
        for (Index n = 0; n < 2; ++n)
            for (Index i = 0; i < 20; ++i) sum += dx(n, c, i / 5, i % 5);
        check_that(std::abs(sum) < 1e-5,
                   fmt::format("dx of channel {} adds up to {:.4g}, expected 0: adding one number "
                               "to a whole channel changes nothing",
                               c, sum));
    }
}
BOOST_AUTO_TEST_CASE(agrees_with_the_definition) {
    const Tensor x = images(one), gamma = random({3}, 2), beta = random({3}, 3), dy = random(one, 6);
    const BatchNormalized forward = batch_norm_forward(x, gamma, beta, epsilon);
    const BatchNormGradients answer =
        student(batch_norm_backward, dy, x, gamma, forward.mean, forward.variance, epsilon);
    const auto derivative = [&](Tensor at, auto f) {
        Tensor result(at.shape());
        for (Index i = 0; i < at.count(); ++i) {
            const float old = at[i], h = 0.0078125f;
            const float above = at[i] = old + h;
            const double up = f(at);
            const float below = at[i] = old - h;
            result[i] = static_cast<float>((up - f(at)) / (double{above} - double{below}));
            at[i] = old;
        }
        return result;
    };
    // Central differences leave h²/6 times the third derivative, here up to about 5: 5e-5.
    constexpr Tolerance as_defined{.relative = 2e-4, .absolute = 2e-4};
    check_same(answer.dx, derivative(x, [&](const Tensor& at) { return weighed(at, gamma, beta, dy); }), as_defined);
    check_same(answer.dgamma, derivative(gamma, [&](const Tensor& at) { return weighed(x, at, beta, dy); }),
               as_defined);
    check_same(answer.dbeta, derivative(beta, [&](const Tensor& at) { return weighed(x, gamma, at, dy); }), as_defined);
}
void check_golden_gradients(const std::string& name, const Shape& shape) {
    const Tensor x = images(shape), gamma = random({shape[1]}, 2), beta = random({shape[1]}, 3), dy = random(shape, 6);
    const BatchNormalized forward = batch_norm_forward(x, gamma, beta, epsilon);
    check_same(student(batch_norm_backward, dy, x, gamma, forward.mean, forward.variance, epsilon),
               {golden(name + "_dx"), golden(name + "_dgamma"), golden(name + "_dbeta")}, of_quotients);
}
BOOST_AUTO_TEST_CASE(gradients_agree_with_pytorch) {
    check_golden_gradients("one", one);
    check_golden_gradients("two", two);
}

// ---- refusals ----

BOOST_AUTO_TEST_CASE(gradients_that_do_not_fit_are_refused) {
    const Tensor x = random({2, 3, 4, 4}, 1), three = Tensor::full({3}, 1);
    for (const Shape& other :
         {Shape{2, 3, 4, 5}, Shape{2, 3, 4, 3}, Shape{2, 3, 5, 4}, Shape{2, 3, 3, 4}, Shape{1, 3, 4, 4},
          Shape{3, 3, 4, 4}, Shape{2, 2, 4, 4}, Shape{2, 4, 4, 4}, Shape{2, 3, 16}})
        check_rejects(batch_norm_backward, random(other, 2), x, three, three, three, epsilon);
    for (const Shape& other : {Shape{2}, Shape{4}, Shape{1}, Shape{3, 1}}) {
        const Tensor wrong = Tensor::full(other, 1);
        check_rejects(batch_norm_backward, x, x, wrong, three, three, epsilon);
        check_rejects(batch_norm_backward, x, x, three, wrong, three, epsilon);
        check_rejects(batch_norm_backward, x, x, three, three, wrong, epsilon);
    }
    check_rejects(batch_norm_backward, random({2, 3}, 1), random({2, 3}, 1), three, three, three, epsilon);
}

BOOST_AUTO_TEST_SUITE_END()
