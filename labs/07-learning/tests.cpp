// Tests of 7.1, 7.2 and of those losses of 7.3 that have a formula.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab07;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_7_1)

BOOST_AUTO_TEST_CASE(targets_of_the_example) {
    check_same(student(one_hot, labels_example, 3), Tensor({2, 3}, {0, 1, 0, 0, 0, 1}));
}
BOOST_AUTO_TEST_CASE(targets_of_the_first_and_the_last_class) {
    check_same(student(one_hot, Labels{0, 3, 0}, 4), Tensor({3, 4}, {1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0}));
    check_same(student(one_hot, Labels{0}, 1), Tensor({1, 1}, {1}));
}
BOOST_AUTO_TEST_CASE(no_labels_no_targets) { check_same(student(one_hot, Labels{}, 4), Tensor({0, 4})); }
BOOST_AUTO_TEST_CASE(a_label_that_is_no_class_is_refused) {
    check_rejects(one_hot, Labels{0, 3}, 3);
    check_rejects(one_hot, Labels{0, -1}, 3);
}

void check_mse(const Shape& shape, float size) {
    const Tensor y = scaled(random(shape, 1), size), target = random(shape, 2);
    check_same(student(mse, y, target), mse(y, target), rounded);
}

BOOST_AUTO_TEST_CASE(mse_with_a_pencil) {
    check_same(student(mse, y_example, Tensor({2, 3}, {0, 1, 0, 0, 0, 1})),
               {1, Tensor({2, 3}, {2.0f / 3, 0, -1.0f / 3, 0, 0, -1.0f / 3})}, rounded);
}
BOOST_AUTO_TEST_CASE(mse_of_one_number) {
    check_same(student(mse, Tensor({1}, {3}), Tensor({1}, {5})), {4, Tensor({1}, {-4})}, rounded);
}
BOOST_AUTO_TEST_CASE(mse_of_any_shape) {
    check_mse({3, 5}, 1);
    check_mse({7}, 2);
    check_mse({2, 3, 4, 5}, 1);
}
BOOST_AUTO_TEST_CASE(mse_without_an_error) {
    const Tensor y = random({2, 4}, 3);
    check_same(student(mse, y, y), {0, Tensor({2, 4})}, rounded);
}
BOOST_AUTO_TEST_CASE(mse_as_in_pytorch) {
    check_same(student(mse, golden("values_y"), golden("values_target")), golden_loss("mse"), rounded);
}
BOOST_AUTO_TEST_CASE(mse_of_what_does_not_fit_is_refused) {
    check_rejects(mse, Tensor({2, 3}), Tensor({3, 2}));
    check_rejects(mse, Tensor({2, 3}), Tensor({6}));
    check_rejects(mse, Tensor({2, 3}), Tensor({2, 4}));
    check_rejects(mse, Tensor({2, 4}), Tensor({2, 3}));
    check_rejects(mse, Tensor({2, 3}), Tensor({1, 3}));
    check_rejects(mse, Tensor({2, 3}), Tensor({3, 3}));
    check_rejects(mse, Tensor({0, 3}), Tensor({0, 3}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_7_2)

void check_cross_entropy(const Tensor& y, const Labels& labels) {
    check_same(student(softmax_cross_entropy, y, labels), softmax_cross_entropy(y, labels), rounded);
}

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    check_same(student(softmax_cross_entropy, y_example, labels_example),
               {1.2238124, Tensor({2, 3}, {0.3526923f, -0.3702517f, 0.0175595f, 1.0f / 6, 1.0f / 6, -1.0f / 3})},
               rounded);
}
BOOST_AUTO_TEST_CASE(one_image) {
    check_same(student(softmax_cross_entropy, Tensor({1, 2}, {0, 1.0986123f}), Labels{0}),  // ln 3: 1/4 and 3/4
               {1.3862944, Tensor({1, 2}, {-0.75f, 0.75f})}, rounded);
    check_cross_entropy(random({1, 6}, 1), {4});
}
BOOST_AUTO_TEST_CASE(equal_scores) {
    check_same(student(softmax_cross_entropy, Tensor::full({1, 4}, 7), Labels{3}),
               {1.3862944, Tensor({1, 4}, {0.25f, 0.25f, 0.25f, -0.75f})}, rounded);
}
BOOST_AUTO_TEST_CASE(one_class) {
    check_same(student(softmax_cross_entropy, Tensor({2, 1}, {3, -8}), Labels{0, 0}), {0, Tensor({2, 1})}, rounded);
}
BOOST_AUTO_TEST_CASE(several_images) {
    check_cross_entropy(scaled(random({5, 3}, 2), 3), {0, 1, 2, 1, 0});
    check_cross_entropy(scaled(random({4, 4}, 3), 3), {3, 3, 0, 1});
}
BOOST_AUTO_TEST_CASE(large_scores) {
    check_cross_entropy(Tensor({2, 3}, {1000, 1001, 999, -1000, -1002, -1001}), {1, 0});
    check_cross_entropy(Tensor({1, 3}, {200, 0, 199}), {0});
}
BOOST_AUTO_TEST_CASE(a_label_that_is_all_but_impossible) {
    check_same(student(softmax_cross_entropy, Tensor({1, 2}, {0, 300}), Labels{0}), {300, Tensor({1, 2}, {-1, 1})},
               rounded);
    check_cross_entropy(Tensor({2, 3}, {500, -500, 0, 1, 2, 3}), {1, 2});
}
BOOST_AUTO_TEST_CASE(rows_far_apart) { check_cross_entropy(Tensor({3, 2}, {400, 401, 1, 2, -400, -401}), {0, 1, 1}); }
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    for (const std::string name : {"ordinary", "wide"})
        check_same(student(softmax_cross_entropy, golden(name + "_y"), golden_labels(name)),
                   golden_loss(name + "_cross_entropy"), rounded);
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(softmax_cross_entropy, Tensor({2, 3}), Labels{0});        // too few labels
    check_rejects(softmax_cross_entropy, Tensor({2, 3}), Labels{0, 1, 2});  // too many
    check_rejects(softmax_cross_entropy, Tensor({2, 3}), Labels{0, 3});
    check_rejects(softmax_cross_entropy, Tensor({2, 3}), Labels{-1, 0});
    check_rejects(softmax_cross_entropy, Tensor({6}), Labels{0, 1, 2, 0, 1, 2});
    check_rejects(softmax_cross_entropy, Tensor({2, 3, 1}), Labels{0, 1});
    check_rejects(softmax_cross_entropy, Tensor({0, 3}), Labels{});
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_7_3)

void check_huber(const Tensor& d, float delta) {
    const Tensor target = random(d.shape(), 5);
    Tensor y = target;
    y += d;
    check_same(student(huber, y, target, delta), huber(y, target, delta), rounded);
}

BOOST_AUTO_TEST_CASE(huber_with_a_pencil) {
    check_same(student(huber, y_example, Tensor({2, 3}, {0, 1, 0, 0, 0, 1}), 1.0f),
               {2.5 / 6, Tensor({2, 3}, {1.0f / 6, 0, -1.0f / 6, 0, 0, -1.0f / 6})}, rounded);
}
BOOST_AUTO_TEST_CASE(huber_near_the_target) { check_huber(scaled(random({3, 4}, 6), 0.5f), 2); }
BOOST_AUTO_TEST_CASE(huber_far_above_the_target) { check_huber(Tensor({2, 2}, {3, 4, 5, 60}), 0.5f); }
BOOST_AUTO_TEST_CASE(huber_far_below_the_target) { check_huber(Tensor({3}, {-3, -10, -7}), 2); }
BOOST_AUTO_TEST_CASE(huber_as_in_pytorch) {
    check_same(student(huber, golden("values_y"), golden("values_target"), 0.75f), golden_loss("huber"), rounded);
}
BOOST_AUTO_TEST_CASE(huber_of_what_does_not_fit_is_refused) {
    check_rejects(huber, Tensor({2, 3}), Tensor({3, 2}), 1.0f);
    check_rejects(huber, Tensor({2, 3}), Tensor({2, 4}), 1.0f);
    check_rejects(huber, Tensor({2, 4}), Tensor({2, 3}), 1.0f);
    check_rejects(huber, Tensor({0}), Tensor({0}), 1.0f);
    check_rejects(huber, Tensor({2}), Tensor({2}), 0.0f);
    check_rejects(huber, Tensor({2}), Tensor({2}), -1.0f);
}

void check_smoothed(const Tensor& y, const Labels& labels, float epsilon) {
    check_same(student(label_smoothed, y, labels, epsilon), label_smoothed(y, labels, epsilon), rounded);
}

BOOST_AUTO_TEST_CASE(smoothing_with_a_pencil) {
    check_same(student(label_smoothed, y_example, labels_example, 0.3f),
               {1.2738124, Tensor({2, 3}, {0.3026923f, -0.2702517f, -0.0324405f, 0.1166667f, 0.1166667f, -0.2333333f})},
               rounded);
}
BOOST_AUTO_TEST_CASE(no_smoothing_is_cross_entropy) {
    check_same(student(label_smoothed, y_example, labels_example, 0.0f),
               softmax_cross_entropy(y_example, labels_example), rounded);
}
BOOST_AUTO_TEST_CASE(smoothing_to_the_end) { check_smoothed(random({3, 4}, 7), {0, 3, 1}, 1); }
BOOST_AUTO_TEST_CASE(smoothing_of_large_scores) {
    check_smoothed(Tensor({3, 3}, {300, 0, -300, -300, 300, 0, 0, -300, 300}), {1, 0, 2}, 0.25f);
}
BOOST_AUTO_TEST_CASE(smoothing_as_in_pytorch) {
    for (const std::string name : {"ordinary", "wide"})
        check_same(student(label_smoothed, golden(name + "_y"), golden_labels(name), 0.2f),
                   golden_loss(name + "_smoothed"), rounded);
}
BOOST_AUTO_TEST_CASE(smoothing_of_what_does_not_fit_is_refused) {
    check_rejects(label_smoothed, Tensor({2, 3}), Labels{0}, 0.1f);
    check_rejects(label_smoothed, Tensor({2, 3}), Labels{0, 1, 2}, 0.1f);
    check_rejects(label_smoothed, Tensor({2, 3}), Labels{0, 3}, 0.1f);
    check_rejects(label_smoothed, Tensor({2, 3}), Labels{-1, 0}, 0.1f);
    check_rejects(label_smoothed, Tensor({6}), Labels{0, 1, 2, 0, 1, 2}, 0.1f);
    check_rejects(label_smoothed, Tensor({0, 3}), Labels{}, 0.1f);
    check_rejects(label_smoothed, Tensor({2, 3}), Labels{0, 1}, -0.1f);
    check_rejects(label_smoothed, Tensor({2, 3}), Labels{0, 1}, 1.1f);
}

void check_focal(const Tensor& y, const Labels& labels, float gamma) {
    check_same(student(focal, y, labels, gamma), focal(y, labels, gamma), rounded);
}

BOOST_AUTO_TEST_CASE(focal_with_a_pencil) {
    check_same(student(focal, y_example, labels_example, 2.0f),
               {0.6139984, Tensor({2, 3}, {0.3762495f, -0.3949818f, 0.0187324f, 0.1554528f, 0.1554528f, -0.3109055f})},
               rounded);
}
BOOST_AUTO_TEST_CASE(gamma_zero_is_cross_entropy) {
    check_same(student(focal, y_example, labels_example, 0.0f), softmax_cross_entropy(y_example, labels_example),
               rounded);
}
BOOST_AUTO_TEST_CASE(focal_with_other_exponents) {
    check_focal(random({4, 3}, 8), {0, 1, 2, 2}, 1);
    check_focal(random({4, 3}, 9), {0, 1, 2, 2}, 0.5f);
    check_focal(scaled(random({2, 5}, 10), 3), {4, 0}, 5);
}
BOOST_AUTO_TEST_CASE(focal_when_the_answer_is_certain) {
    check_same(student(focal, Tensor({1, 3}, {100, -100, 0}), Labels{0}, 2.0f), {0, Tensor({1, 3})}, rounded);
    check_same(student(focal, Tensor({1, 3}, {100, -100, 0}), Labels{0}, 0.5f), {0, Tensor({1, 3})}, rounded);
    check_focal(Tensor({1, 2}, {0, 300}), {0}, 2);
}
BOOST_AUTO_TEST_CASE(focal_as_in_pytorch) {
    for (const std::string name : {"ordinary", "wide"})
        check_same(student(focal, golden(name + "_y"), golden_labels(name), 2.0f), golden_loss(name + "_focal"),
                   rounded);
}
BOOST_AUTO_TEST_CASE(focal_of_what_does_not_fit_is_refused) {
    check_rejects(focal, Tensor({2, 3}), Labels{0}, 2.0f);
    check_rejects(focal, Tensor({2, 3}), Labels{0, 1, 2}, 2.0f);
    check_rejects(focal, Tensor({2, 3}), Labels{0, 3}, 2.0f);
    check_rejects(focal, Tensor({2, 3}), Labels{-1, 0}, 2.0f);
    check_rejects(focal, Tensor({6}), Labels{0, 1, 2, 0, 1, 2}, 2.0f);
    check_rejects(focal, Tensor({0, 3}), Labels{}, 2.0f);
    check_rejects(focal, Tensor({2, 3}), Labels{0, 1}, -1.0f);
}

BOOST_AUTO_TEST_SUITE_END()
