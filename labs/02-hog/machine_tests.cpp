// Tests of 2.5: the support vector machine.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab02;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_2_5)

// The handout's example: four descriptors of two numbers.
const Tensor points({4, 2}, {2, 1, 2, 2.5f, 2, 2, 3, 0}), answers({4}, {1, -1, -1, 1});
const Svm guess{Tensor({2}, {1, -1}), -0.25f};

// Too few labels, too many; rows of too many numbers, of too few, too few rows and too many for four answers.
const std::vector<Shape> other_labels{{3}, {5}, {8}, {0}}, other_points{{4, 3}, {4, 1}, {3, 2}, {5, 2}, {8}, {1, 4, 2}};

// Descriptors of 1 or -1 and some noise, mostly as a line would separate them.
struct Problem {
    Tensor x, labels;
};
Problem any_problem(Index rows, Index numbers, std::uint32_t seed) {
    Problem p{random({rows, numbers}, seed), Tensor({rows})};
    const Tensor noise = random({rows}, seed + 1);
    for (Index n = 0; n < rows; ++n) {
        float sum = noise(n) / 2;
        for (Index d = 0; d < numbers; ++d) sum += p.x(n, d) * (d % 2 ? -1.0f : 1.0f);
        p.labels(n) = sum > 0 ? 1.0f : -1.0f;
    }
    return p;
}
Svm any_svm(Index numbers, std::uint32_t seed) { return {random({numbers}, seed), 0.375f}; }

void check_training(const Problem& p, const Training& training) {
    check_same(student(train_svm, p.x, p.labels, training), train_svm(p.x, p.labels, training), sums);
}

BOOST_AUTO_TEST_CASE(scores_with_a_pencil) {
    check_same(student(scores, points, guess), Tensor({4}, {0.75f, -0.75f, -0.25f, 2.75f}));
}
BOOST_AUTO_TEST_CASE(scores_of_many) {
    for (const auto& [rows, numbers] : {std::array<Index, 2>{1, 1}, {1, 5}, {4, 1}, {3, 7}, {5, 5}}) {
        const Tensor x = random({rows, numbers}, 1);
        const Svm svm = any_svm(numbers, 2);
        check_same(student(scores, x, svm), scores(x, svm), sums);
    }
}
BOOST_AUTO_TEST_CASE(scores_of_nothing) { check_same(student(scores, Tensor({0, 2}), guess), Tensor({0})); }
BOOST_AUTO_TEST_CASE(scores_of_what_does_not_fit_are_refused) {
    for (const Shape& x : {Shape{4, 3}, Shape{4, 1}, Shape{2, 4}, Shape{2}, Shape{1, 4, 2}})
        check_rejects(scores, Tensor(x), guess);
    for (const Shape& w : {Shape{1}, Shape{3}, Shape{4}, Shape{1, 2}})
        check_rejects(scores, points, Svm{Tensor(w), 0.5f});
}

BOOST_AUTO_TEST_CASE(loss_with_a_pencil) {
    check_same(student(hinge_loss, points, answers, guess, 0.1f), 0.4125f, sums);
}
BOOST_AUTO_TEST_CASE(loss_where_all_is_well) {
    // Far enough on the right side costs nothing, however far; b costs nothing either.
    check_same(
        student(hinge_loss, Tensor({3, 1}, {2, -5, 100}), Tensor({3}, {1, -1, 1}), Svm{Tensor({1}, {3}), 4}, 0.0f),
        0.0f, sums);
    check_same(
        student(hinge_loss, Tensor({3, 1}, {2, -5, 100}), Tensor({3}, {1, -1, 1}), Svm{Tensor({1}, {3}), 4}, 0.5f),
        2.25f, sums);
}
BOOST_AUTO_TEST_CASE(loss_of_the_wrong_side_and_of_too_near) {
    const Svm svm{Tensor({1}, {1}), 0};
    check_same(student(hinge_loss, Tensor({1, 1}, {-3}), Tensor({1}, {1}), svm, 0.0f), 4.0f, sums);
    check_same(student(hinge_loss, Tensor({1, 1}, {3}), Tensor({1}, {-1}), svm, 0.0f), 4.0f, sums);
    check_same(student(hinge_loss, Tensor({1, 1}, {0.25f}), Tensor({1}, {1}), svm, 0.0f), 0.75f, sums);
    check_same(student(hinge_loss, Tensor({4, 1}, {0.25f, 1, 2, -1}), Tensor({4}, {1, 1, -1, -1}), svm, 0.0f), 0.9375f,
               sums);
}
BOOST_AUTO_TEST_CASE(loss_as_PyTorch_has_it) {
    const Tensor theirs = golden("svm_answers");
    check_same(student(hinge_loss, golden("svm_x"), golden("svm_labels"), Svm{golden("svm_w"), theirs[0]}, theirs[1]),
               theirs[2], sums);
}
BOOST_AUTO_TEST_CASE(loss_of_what_does_not_fit_is_refused) {
    for (const Shape& labels : other_labels) check_rejects(hinge_loss, points, Tensor(labels), guess, 0.1f);
    for (const Shape& x : other_points) check_rejects(hinge_loss, Tensor(x), answers, guess, 0.1f);
    check_rejects(hinge_loss, Tensor({0, 2}), Tensor({0}), guess, 0.1f);
}

BOOST_AUTO_TEST_CASE(gradient_with_a_pencil) {
    check_same(student(hinge_gradient, points, answers, guess, 0.1f), {Tensor({2}, {0.6f, 0.775f}), 0.25f}, sums);
}
BOOST_AUTO_TEST_CASE(gradient_where_all_is_well) {
    check_same(student(hinge_gradient, Tensor({2, 1}, {2, -5}), Tensor({2}, {1, -1}), Svm{Tensor({1}, {3}), 4}, 0.5f),
               {Tensor({1}, {1.5f}), 0}, sums);
}
BOOST_AUTO_TEST_CASE(gradient_at_the_kink) {
    const Svm svm{Tensor({1}, {0.5f}), 0};
    check_same(student(hinge_gradient, Tensor({2, 1}, {2, -2}), Tensor({2}, {1, -1}), svm, 1.0f),
               {Tensor({1}, {0.5f}), 0}, sums);
}
BOOST_AUTO_TEST_CASE(gradient_of_many) {
    for (const auto& [rows, numbers] : {std::array<Index, 2>{1, 3}, {6, 1}, {9, 4}}) {
        const auto [x, labels] = any_problem(rows, numbers, 3);
        const Svm svm = any_svm(numbers, 4);
        check_same(student(hinge_gradient, x, labels, svm, 0.2f), hinge_gradient(x, labels, svm, 0.2f), sums);
    }
}
BOOST_AUTO_TEST_CASE(gradient_as_PyTorch_has_it) {
    const Tensor theirs = golden("svm_answers");
    const Tensor dw({6}, theirs.values().subspan(4));
    check_same(
        student(hinge_gradient, golden("svm_x"), golden("svm_labels"), Svm{golden("svm_w"), theirs[0]}, theirs[1]),
        {dw, theirs[3]}, sums);
}
BOOST_AUTO_TEST_CASE(gradient_of_what_does_not_fit_is_refused) {
    for (const Shape& labels : other_labels) check_rejects(hinge_gradient, points, Tensor(labels), guess, 0.1f);
    for (const Shape& x : other_points) check_rejects(hinge_gradient, Tensor(x), answers, guess, 0.1f);
    check_rejects(hinge_gradient, Tensor({0, 2}), Tensor({0}), guess, 0.1f);
}

BOOST_AUTO_TEST_CASE(no_epochs_no_training) {
    check_same(student(train_svm, points, answers, Training{.epochs = 0}), {Tensor({2}), 0}, sums);
}
BOOST_AUTO_TEST_CASE(the_first_step) {
    // From zeros all four rows count: dw = -1/4 · (2 - 2 - 2 + 3, 1 - 2.5 - 2 + 0), db = 0.
    check_same(student(train_svm, points, answers, Training{.lambda = 0.1f, .epochs = 1, .batch = 4, .rate = 0.5f}),
               {Tensor({2}, {0.125f, -0.4375f}), 0}, sums);
}
BOOST_AUTO_TEST_CASE(rows_in_their_order) {
    check_training({points, answers}, {.epochs = 1, .batch = 1, .rate = 0.5f});
}
BOOST_AUTO_TEST_CASE(the_last_batch_is_smaller) {
    check_training(any_problem(7, 3, 5), {.lambda = 0.1f, .epochs = 1, .batch = 3, .rate = 0.5f});
    check_training(any_problem(5, 2, 6), {.lambda = 0.1f, .epochs = 3, .batch = 16, .rate = 0.5f});
}
BOOST_AUTO_TEST_CASE(steps_grow_smaller) {
    check_training(any_problem(12, 4, 7), {.lambda = 0.5f, .epochs = 1, .batch = 1, .rate = 1});
    check_training(any_problem(12, 4, 7), {.lambda = 0.5f, .epochs = 1, .batch = 1, .rate = 0.25f});
}
BOOST_AUTO_TEST_CASE(several_epochs) {
    check_training(any_problem(6, 3, 8), {.lambda = 0.5f, .epochs = 4, .batch = 2, .rate = 1});
}
BOOST_AUTO_TEST_CASE(nearly_the_least_loss_as_LIBSVM_finds_it) {
    const Tensor x = golden("svm_x"), labels = golden("svm_labels");
    const float lambda = golden("svm_answers")[1], least = golden("svm_best")[0];
    const Svm svm = student(train_svm, x, labels, Training{.lambda = lambda, .epochs = 300, .batch = 8, .rate = 1});
    require(svm.w.shape() == Shape{6}, "w has the shape {}, expected [6]", svm.w.shape());
    const float loss = hinge_loss(x, labels, svm, lambda);
    check_that(loss < 1.01f * least,
               fmt::format("after 300 epochs the loss is {:.4f}; there is one of {:.4f} (LIBSVM)", loss, least));
}
BOOST_AUTO_TEST_CASE(training_on_what_does_not_fit_is_refused) {
    for (const Shape& labels : other_labels) check_rejects(train_svm, points, Tensor(labels), Training{});
    for (const Shape& x : {Shape{4}, Shape{1, 4, 2}}) check_rejects(train_svm, Tensor(x), answers, Training{});
    check_rejects(train_svm, Tensor({0, 2}), Tensor({0}), Training{});
    for (const Index batch : {0, -1}) check_rejects(train_svm, points, answers, Training{.batch = batch});
}

BOOST_AUTO_TEST_SUITE_END()
