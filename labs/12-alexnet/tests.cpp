// Tests of 12.1, 12.2 and 12.6; convolution_tests.cpp, augmentation_tests.cpp and network_tests.cpp have the others.
#include <cmath>

#include "labs/08-backprop/numeric.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab12;
using namespace cnn::grader;

namespace {

// s is a sum of positive numbers, exact to (n + 2)u relative to itself; the power beta ≤ 2 doubles that, std::pow adds
// 2u: with n = 9, 26u = 1.6e-6.
constexpr Tolerance of_norm{.relative = 2e-6, .absolute = 1e-7};
// A sum of n + 1 such numbers of either sign, none larger than 1: 10 · 26u = 1.6e-5 if every rounding fell the same
// way; a third of that is kept.
constexpr Tolerance of_norm_backward{.relative = 5e-6, .absolute = 5e-6};

// So strong that every term shows.
constexpr ResponseNorm strong{.n = 5, .k = 1, .alpha = 0.5f, .beta = 0.75f};

// Activations of the size that they have in AlexNet, where the constants of the paper show.
Tensor large(const Shape& shape, std::uint32_t seed) {
    Tensor x = random(shape, seed);
    return x *= 100;
}

}  // namespace

// ---- 12.1 ----

BOOST_AUTO_TEST_SUITE(task_12_1)

BOOST_AUTO_TEST_CASE(the_handout_s_example) {
    // n = 3, k = 1, alpha = 1, beta = 1; s = 6, 7, 15, 11.
    const Tensor x({1, 4, 1, 1}, {1, 2, -1, 3}), dy({1, 4, 1, 1}, {1, 0, 0, 2});
    const ResponseNorm norm{.n = 3, .k = 1, .alpha = 1, .beta = 1};
    check_same(student(local_response_norm_forward, x, norm),
               Tensor({1, 4, 1, 1}, {0.1666667f, 0.2857143f, -0.0666667f, 0.2727273f}), of_norm);
    check_same(student(local_response_norm_backward, dy, x, norm),
               Tensor({1, 4, 1, 1}, {0.1111111f, -0.1111111f, 0.0991736f, -0.1157025f}), of_norm_backward);
}

void check_forward(const Tensor& x, const ResponseNorm& norm) {
    check_same(student(local_response_norm_forward, x, norm), local_response_norm_forward(x, norm), of_norm);
}
BOOST_AUTO_TEST_CASE(one_number) { check_forward(Tensor({1, 1, 1, 1}, {3}), strong); }
BOOST_AUTO_TEST_CASE(fewer_maps_than_neighbors) { check_forward(random({1, 2, 1, 2}, 1), strong); }
BOOST_AUTO_TEST_CASE(images_rows_and_columns) { check_forward(random({2, 7, 3, 4}, 2), strong); }
BOOST_AUTO_TEST_CASE(other_constants) {
    check_forward(random({1, 12, 2, 2}, 3), {.n = 9, .k = 0.5f, .alpha = 2, .beta = 0.5f});
    check_forward(random({1, 4, 2, 2}, 4), {.n = 1, .k = 2, .alpha = 1, .beta = 2});
    check_forward(random({1, 5, 2, 3}, 5), {.n = 3, .k = 3, .alpha = 4, .beta = 1});
}
BOOST_AUTO_TEST_CASE(the_paper_s_constants) { check_forward(large({1, 8, 3, 3}, 6), {}); }
BOOST_AUTO_TEST_CASE(forward_agrees_with_pytorch) {
    check_same(student(local_response_norm_forward, large({2, 8, 3, 2}, 7), ResponseNorm{}), golden("norm_y"), of_norm);
}

void check_backward(const Tensor& x, const ResponseNorm& norm) {
    const Tensor dy = random(x.shape(), 11);
    check_same(student(local_response_norm_backward, dy, x, norm), local_response_norm_backward(dy, x, norm),
               of_norm_backward);
}
BOOST_AUTO_TEST_CASE(backward_one_number) { check_backward(Tensor({1, 1, 1, 1}, {3}), strong); }
BOOST_AUTO_TEST_CASE(backward_fewer_maps_than_neighbors) { check_backward(random({1, 2, 1, 2}, 1), strong); }
BOOST_AUTO_TEST_CASE(backward_images_rows_and_columns) { check_backward(random({2, 7, 3, 4}, 2), strong); }
BOOST_AUTO_TEST_CASE(backward_other_constants) {
    check_backward(random({1, 12, 2, 2}, 3), {.n = 9, .k = 0.5f, .alpha = 2, .beta = 0.5f});
    check_backward(random({1, 5, 2, 3}, 5), {.n = 3, .k = 3, .alpha = 4, .beta = 1});
}
BOOST_AUTO_TEST_CASE(backward_agrees_with_pytorch) {
    check_same(student(local_response_norm_backward, random({2, 8, 3, 2}, 8), large({2, 8, 3, 2}, 7), ResponseNorm{}),
               golden("norm_dx"), of_norm_backward);
}
BOOST_AUTO_TEST_CASE(backward_is_the_derivative_by_definition) {
    const Tensor x = random({1, 6, 1, 2}, 9), dy = random({1, 6, 1, 2}, 10);
    const Tensor expected = lab08::numeric::gradient(x, dy, [](const std::vector<double>& a) {
        std::vector<double> y = a;
        for (Index i = 0; i < 6; ++i)
            for (std::size_t place = 0; place < 2; ++place) {
                double sum = 0;
                for (Index j = std::max<Index>(0, i - 2); j <= std::min<Index>(5, i + 2); ++j)
                    sum += std::pow(a[static_cast<std::size_t>(2 * j) + place], 2);
                y[static_cast<std::size_t>(2 * i) + place] /= std::pow(1 + 0.5 * sum, 0.75);
            }
        return y;
    });
    // The definition's own error, h² times third derivatives of about 3.
    check_same(student(local_response_norm_backward, dy, x, strong), expected, {.relative = 1e-5, .absolute = 1e-5});
}
BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
    for (const Shape& shape : {Shape{2, 3, 4}, Shape{1, 2, 3, 2, 2}})
        check_rejects(local_response_norm_forward, random(shape, 1), strong);
    for (const Index n : {4, 2, 0, -1}) {
        check_rejects(local_response_norm_forward, random({1, 3, 2, 2}, 1), ResponseNorm{.n = n});
        check_rejects(local_response_norm_backward, random({1, 3, 2, 2}, 1), random({1, 3, 2, 2}, 2),
                      ResponseNorm{.n = n});
    }
    check_rejects(local_response_norm_backward, random({1, 3, 2, 3}, 1), random({1, 3, 2, 2}, 2), strong);
    check_rejects(local_response_norm_backward, random({1, 4, 2, 2}, 1), random({1, 3, 2, 2}, 2), strong);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 12.2 ----

BOOST_AUTO_TEST_SUITE(task_12_2)

void check_mask(const Shape& shape, float p, std::uint32_t seed) {
    check_same(student(dropout_mask, shape, p, seed), dropout_mask(shape, p, seed));
}
BOOST_AUTO_TEST_CASE(half_of_a_vector) { check_mask({1, 20}, 0.5f, 1); }
BOOST_AUTO_TEST_CASE(a_quarter_of_maps) { check_mask({2, 3, 4, 5}, 0.25f, 2); }
BOOST_AUTO_TEST_CASE(nobody_is_dropped) { check_mask({3, 4}, 0, 3); }
BOOST_AUTO_TEST_CASE(almost_everybody_is_dropped) { check_mask({10, 10}, 0.9f, 4); }

const Tensor handout_x({1, 4}, {2, -1, 4, 3}), handout_mask({1, 4}, {1, 0, 0, 1});

BOOST_AUTO_TEST_CASE(the_handout_s_neurons_today) {
    const auto form = DropoutForm::inverted;
    check_same(student(dropout_training, handout_x, handout_mask, 0.5f, form), Tensor({1, 4}, {4, 0, 0, 6}));
    check_same(student(dropout_testing, handout_x, 0.5f, form), handout_x);
    check_same(student(dropout_backward, Tensor({1, 4}, {1, 1, 1, -2}), handout_mask, 0.5f, form),
               Tensor({1, 4}, {2, 0, 0, -4}));
}
BOOST_AUTO_TEST_CASE(the_handout_s_neurons_of_2012) {
    const auto form = DropoutForm::published;
    check_same(student(dropout_training, handout_x, handout_mask, 0.5f, form), Tensor({1, 4}, {2, 0, 0, 3}));
    check_same(student(dropout_testing, handout_x, 0.5f, form), Tensor({1, 4}, {1, -0.5f, 2, 1.5f}));
    check_same(student(dropout_backward, Tensor({1, 4}, {1, 1, 1, -2}), handout_mask, 0.5f, form),
               Tensor({1, 4}, {1, 0, 0, -2}));
}

void check_dropout(float p) {
    const Tensor x = random({2, 3, 2, 3}, 5), mask = dropout_mask(x.shape(), p, 6);
    for (const DropoutForm form : {DropoutForm::inverted, DropoutForm::published}) {
        check_same(student(dropout_training, x, mask, p, form), dropout_training(x, mask, p, form));
        check_same(student(dropout_testing, x, p, form), dropout_testing(x, p, form));
        check_same(student(dropout_backward, x, mask, p, form), dropout_backward(x, mask, p, form));
    }
}
BOOST_AUTO_TEST_CASE(both_forms_drop_a_fifth) { check_dropout(0.2f); }
BOOST_AUTO_TEST_CASE(both_forms_drop_most) { check_dropout(0.75f); }
BOOST_AUTO_TEST_CASE(both_forms_drop_nobody) { check_dropout(0); }

// A neuron's mean over many masks is what it is in testing: that is what the factor is for.
BOOST_AUTO_TEST_CASE(training_and_testing_agree_on_average) {
    const Index steps = 4000;
    const Tensor x = Tensor::full({steps, 1}, 1), mask = student(dropout_mask, x.shape(), 0.3f, 7);
    for (const DropoutForm form : {DropoutForm::inverted, DropoutForm::published}) {
        const Tensor training = student(dropout_training, x, mask, 0.3f, form);
        const Tensor testing = student(dropout_testing, x, 0.3f, form);
        double mean = 0;
        for (const float y : training.values()) mean += double{y} / steps;
        // The deviation of such a mean is √(0.3 · 0.7 / 4000) / 0.7 = 0.0104; four times that.
        check_that(!testing.empty() && std::abs(mean - double{testing[0]}) < 0.042,
                   fmt::format("over {} steps a neuron is {:.3f} on average, and {:.3f} in testing", steps, mean,
                               testing.empty() ? 0 : testing[0]));
    }
}
BOOST_AUTO_TEST_CASE(probabilities_from_0_to_below_1) {
    for (const float p : {1.0f, 1.5f, -0.1f}) check_rejects(dropout_mask, Shape{2, 2}, p, 1u);
}
BOOST_AUTO_TEST_CASE(a_mask_of_another_shape_is_refused) {
    for (const Shape& mask : {Shape{3, 2}, Shape{2, 2}, Shape{2, 4}, Shape{6}, Shape{2, 3, 1}}) {
        check_rejects(dropout_training, random({2, 3}, 1), random(mask, 2), 0.5f, DropoutForm::inverted);
        check_rejects(dropout_backward, random({2, 3}, 1), random(mask, 2), 0.5f, DropoutForm::inverted);
    }
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 12.6 ----

BOOST_AUTO_TEST_SUITE(task_12_6)

void check_best(const Tensor& scores, Index k) {
    check_same(student(best_classes, scores, k), best_classes(scores, k));
}
BOOST_AUTO_TEST_CASE(the_handout_s_best) {
    const Tensor scores({6}, {0.1f, 2, -1, 2.5f, 0.3f, 1});
    check_same(student(best_classes, scores, 3), {3, 1, 5});
}
BOOST_AUTO_TEST_CASE(one_class) { check_best(Tensor({1}, {-4}), 1); }
BOOST_AUTO_TEST_CASE(the_five_best_of_many) { check_best(random({1000}, 1), 5); }
BOOST_AUTO_TEST_CASE(all_of_them) { check_best(random({7}, 2), 7); }
BOOST_AUTO_TEST_CASE(negative_scores) { check_best(Tensor({4}, {-3, -1, -2, -5}), 2); }
BOOST_AUTO_TEST_CASE(the_first_of_equals_is_better) { check_best(Tensor({6}, {1, 2, 2, 0, 2, 1}), 4); }
// Short rows are sorted by insertion, which keeps equal scores in order by itself: only long ones tell.
BOOST_AUTO_TEST_CASE(the_first_of_many_equals_is_better) {
    check_best(Tensor({40}), 7);
    check_best(Tensor({40}), 40);
    Tensor steps({60});
    for (Index i = 0; i < 60; ++i) steps[i] = static_cast<float>(i % 3);
    check_best(steps, 5);
    check_best(steps, 60);
}

void check_error(const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
    check_same(student(top_k_error, scores, labels, k), top_k_error(scores, labels, k));
}
BOOST_AUTO_TEST_CASE(the_handout_s_errors) {
    const Tensor scores({1, 6}, {0.1f, 2, -1, 2.5f, 0.3f, 1});
    check_same(student(top_k_error, scores, std::vector<std::int32_t>{1}, 1), 1.0);
    check_same(student(top_k_error, scores, std::vector<std::int32_t>{1}, 2), 0.0);
}
BOOST_AUTO_TEST_CASE(errors_of_four_images) {
    const Tensor scores({4, 6}, {0.1f, 2, -1, 2.5f, 0.3f, 1, 5, 4, 3, 2, 1, 0,  //
                                 0,    1, 2,  3,    4,    5, 1, 0, 0, 0, 0, 0});
    const std::vector<std::int32_t> labels{1, 0, 0, 4};
    check_same(student(top_k_error, scores, labels, 1), 0.75);
    check_same(student(top_k_error, scores, labels, 2), 0.5);
    check_same(student(top_k_error, scores, labels, 5), 0.25);
}
std::vector<std::int32_t> some_labels(Index count, Index classes, std::uint32_t seed) {
    Engine engine(seed);
    std::vector<std::int32_t> labels;
    for (Index n = 0; n < count; ++n) labels.push_back(static_cast<std::int32_t>(uniform_index(engine, classes)));
    return labels;
}
BOOST_AUTO_TEST_CASE(top_1_and_top_5) {
    check_error(random({40, 12}, 3), some_labels(40, 12, 4), 1);
    check_error(random({40, 12}, 3), some_labels(40, 12, 4), 5);
}
BOOST_AUTO_TEST_CASE(all_classes_cannot_err) { check_error(random({9, 4}, 5), some_labels(9, 4, 6), 4); }
BOOST_AUTO_TEST_CASE(equal_scores_do_not_count_as_right) { check_error(Tensor({5, 5}), {0, 1, 2, 3, 4}, 2); }
BOOST_AUTO_TEST_CASE(equal_scores_of_forty_classes) {
    std::vector<std::int32_t> labels;
    for (std::int32_t label = 0; label < 40; ++label) labels.push_back(label);
    check_error(Tensor({40, 40}), labels, 1);
    check_error(Tensor({40, 40}), labels, 5);
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    const Tensor expected = golden("top_k_error");
    for (const Index k : {1, 5})
        check_same(student(top_k_error, random({50, 20}, 7), some_labels(50, 20, 8), k), double{expected[k == 5]},
                   {.relative = 1e-6});  // kept as floats
}
BOOST_AUTO_TEST_CASE(too_many_and_none_are_refused) {
    for (const Index k : {4, 0, -1}) check_rejects(best_classes, random({3}, 1), k);
    check_rejects(best_classes, random({3, 3}, 1), 2);
}
BOOST_AUTO_TEST_CASE(labels_that_do_not_fit_are_refused) {
    using Labels = std::vector<std::int32_t>;
    for (const Labels& labels : {Labels{0, 3}, Labels{3, 0}, Labels{-1, 0}, Labels{0, -1}, Labels{0}, Labels{0, 1, 2}})
        check_rejects(top_k_error, random({2, 3}, 1), labels, 1);
    check_rejects(top_k_error, Tensor({0, 3}), Labels{}, 1);
    for (const Index k : {4, 0, -1}) check_rejects(top_k_error, random({2, 3}, 1), Labels{0, 1}, k);
}

BOOST_AUTO_TEST_SUITE_END()
