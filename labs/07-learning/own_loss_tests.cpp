// Tests of the learner's own loss: nothing is known about it but what every loss must hold.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab07;
using namespace cnn::grader;

namespace {

// The gradient by the definition, from the learner's values alone.
lab07::Loss by_definition(const lab07::Loss& answer, Tensor y, const Labels& labels) {
    constexpr float h = 1.0f / 128;
    Tensor gradient(y.shape());
    for (Index i = 0; i < y.count(); ++i) {
        const float old = y[i];
        y[i] = old + h;
        const double above = y[i], up = student(own_loss, y, labels).value;
        y[i] = old - h;
        const double below = y[i], down = student(own_loss, y, labels).value;
        y[i] = old;
        gradient[i] = static_cast<float>((up - down) / (above - below));
    }
    return {answer.value, std::move(gradient)};
}

// A central difference errs by h²/6 of the third derivative, a value that was computed in float by 1e-7 / h of it.
Tolerance definition(const lab07::Loss& answer) {
    return {.relative = 2e-3, .absolute = 3e-4 + 2e-5 * std::abs(answer.value)};
}

// Whether a short question can tell the learner's loss from another.
bool differs(double a, double b) { return std::abs(a - b) > 1e-3 * (1 + std::abs(b)); }

bool is_near(const Tensor& gradient, Tensor definition, double factor, const Tolerance& tolerance) {
    definition *= static_cast<float>(factor);
    return std::ranges::equal(gradient.values(), definition.values(), [&](float a, float b) {
        return std::abs(a - b) <= factor * tolerance.absolute + tolerance.relative * std::abs(b);
    });
}
// A gradient that is everywhere so many times what it should be. Nothing is known about the learner's loss, so no known
// mistake gives its answers; where it is the reference's, they are left to say what is wrong.
void name_factor(const lab07::Loss& answer, const Tensor& definition, const Tensor& y, const Labels& labels) {
    if (!differs(answer.value, own_loss(y, labels).value) || is_near(answer.gradient, definition, 1, {2e-3, 3e-4}))
        return;
    const std::vector<std::pair<double, std::string>> factors{
        {0.5, "half of what the values say: did the 2 of a square get lost?"},
        {2, "twice what the values say: is there a 1/2 in the value, and a 2 in the gradient?"},
        {static_cast<double>(y.size(0)), "N times what the values say: the 1/N of the mean belongs to it, too."},
        {1 / static_cast<double>(y.size(0)), "the N-th part of what the values say: is it divided by N twice?"}};
    for (const auto& [factor, sentence] : factors)
        check_that(!is_near(answer.gradient, definition, factor, {2e-3, 3e-4}),
                   fmt::format("own_loss:   y {}   the gradient is everywhere {}", y.shape(), sentence));
}

void check_gradient_of(const Tensor& y, const Labels& labels) {
    const auto answer = student(own_loss, y, labels);
    check_that(std::isfinite(answer.value), fmt::format("own_loss: the value is {}.", answer.value));
    require(answer.gradient.shape() == y.shape(), "own_loss: the gradient is {}, y is {}", answer.gradient.shape(),
            y.shape());
    const lab07::Loss right = by_definition(answer, y, labels);
    name_factor(answer, right.gradient, y, labels);
    check_same(answer, right, definition(answer));
}

// The losses of a family, as huber of any delta; value and gradient of one of them for these scores.
using Family = double (*)(const Tensor& y, const Labels& labels, float parameter);

// The parameter with which a family has this value: over it, the values grow or fall all the way.
float parameter_for(Family family, const Tensor& y, const Labels& labels, double value, float low, float high) {
    const bool grows = family(y, labels, high) > family(y, labels, low);
    for (int halving = 0; halving < 40; ++halving) {
        const float middle = (low + high) / 2;
        ((family(y, labels, middle) < value) == grows ? low : high) = middle;
    }
    return (low + high) / 2;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_7_3)

BOOST_AUTO_TEST_CASE(own_loss_of_one_image_has_the_gradient_of_its_value) {
    check_gradient_of(random({1, 4}, 21), {2});
    check_gradient_of(scaled(random({1, 3}, 22), 3), {0});
}
BOOST_AUTO_TEST_CASE(own_loss_of_several_images_has_the_gradient_of_its_value) {
    check_gradient_of(scaled(random({3, 5}, 23), 2), {0, 4, 2});
    check_gradient_of(random({4, 3}, 24), {1, 0, 2, 2});
}
BOOST_AUTO_TEST_CASE(own_loss_is_a_mean_over_the_images) {
    const Tensor y = random({2, 3}, 25);
    Tensor twice({4, 3});
    for (Index i = 0; i < twice.count(); ++i) twice[i] = y[i % y.count()];
    const auto once = student(own_loss, y, Labels{2, 0}), both = student(own_loss, twice, Labels{2, 0, 2, 0});
    check_that(!differs(both.value, once.value),
               fmt::format("the loss of two images is {:.6g}, that of the same images twice {:.6g}: a mean over the "
                           "images would be the same.",
                           once.value, both.value));
}
BOOST_AUTO_TEST_CASE(own_loss_is_none_of_the_others) {
    const Tensor y = scaled(random({3, 4}, 26), 2);
    const Labels labels{3, 0, 1};
    const double value = student(own_loss, y, labels).value;
    check_that(differs(value, softmax_cross_entropy(y, labels).value),
               "own_loss gives the value of softmax_cross_entropy: invent another one.");
    check_that(differs(value, mse(y, one_hot(labels, 4)).value),
               "own_loss gives the value of mse: invent another one.");
}
// One question finds the delta, epsilon or gamma that would give the learner's value; three more show whether it does.
BOOST_AUTO_TEST_CASE(own_loss_is_none_of_the_others_with_another_number) {
    struct Known {
        std::string name, number;
        Family value;
        float low, high;
    };
    const std::vector<Known> families{
        {"huber", "delta",
         [](const Tensor& y, const Labels& labels, float p) { return huber(y, one_hot(labels, y.size(1)), p).value; },
         1e-3f, 20},
        {"label_smoothed", "epsilon",
         [](const Tensor& y, const Labels& labels, float p) { return label_smoothed(y, labels, p).value; }, 0, 1},
        {"focal", "gamma", [](const Tensor& y, const Labels& labels, float p) { return focal(y, labels, p).value; }, 0,
         20}};
    const auto scores = [](std::uint32_t seed) { return scaled(random({3, 4}, seed), 2); };
    const Labels labels{3, 0, 1};
    const double value = student(own_loss, scores(28), labels).value;
    std::vector<float> numbers;
    for (const Known& known : families)
        numbers.push_back(parameter_for(known.value, scores(28), labels, value, known.low, known.high));
    std::vector<bool> is_same(families.size(), true);
    for (std::uint32_t seed = 28; seed < 32; ++seed) {
        const double next = student(own_loss, scores(seed), labels).value;
        for (std::size_t i = 0; i < families.size(); ++i)
            is_same[i] = is_same[i] && !differs(next, families[i].value(scores(seed), labels, numbers[i]));
    }
    for (std::size_t i = 0; i < families.size(); ++i)
        check_that(!is_same[i], fmt::format("own_loss gives the values of {} with {} = {:.3g}: invent another one.",
                                            families[i].name, families[i].number, numbers[i]));
}
BOOST_AUTO_TEST_CASE(own_loss_is_finite_for_scores_up_to_100) {
    const auto answer = student(own_loss, Tensor({2, 3}, {100, -100, 0, -100, 100, -100}), Labels{1, 1});
    bool finite = std::isfinite(answer.value);
    for (const float value : answer.gradient.values()) finite = finite && std::isfinite(value);
    check_that(finite,
               "own_loss gives numbers that are not finite for scores of ±100: does an exponential overflow, or "
               "is a logarithm taken of 0?");
}
// Downhill from random scores: a step of length 0.1 against the gradient of each row, a hundred times.
BOOST_AUTO_TEST_CASE(own_loss_leads_to_the_right_answers) {
    Tensor y = scaled(random({4, 5}, 27), 2);
    const Labels labels{0, 4, 2, 1};
    double first = 0, last = 0;
    for (int step = 0; step < 100; ++step) {
        const auto answer = student(own_loss, y, labels);
        require(answer.gradient.shape() == y.shape(), "own_loss: the gradient is {}, y is {}", answer.gradient.shape(),
                y.shape());
        (step == 0 ? first : last) = answer.value;
        for (Index n = 0; n < 4; ++n) {
            double length = 1e-12;
            for (Index m = 0; m < 5; ++m) length += std::pow(answer.gradient(n, m), 2);
            // A gradient that is almost 0 ends the way.
            const double step_length = 0.1 * std::min(1.0, std::sqrt(length) / 1e-3);
            for (Index m = 0; m < 5; ++m)
                y(n, m) -= static_cast<float>(step_length / std::sqrt(length) * double{answer.gradient(n, m)});
        }
    }
    Index right = 0;
    for (Index n = 0; n < 4; ++n) {
        const float* row = y.data() + n * 5;
        right += std::max_element(row, row + 5) - row == labels[static_cast<std::size_t>(n)];
    }
    check_that(
        right == 4 && last < first,
        fmt::format("a hundred short steps against the gradient brought the loss from {:.4g} to {:.4g}, and {} of 4 "
                    "images to their label; expected a smaller loss and all 4.",
                    first, last, right));
}
BOOST_AUTO_TEST_CASE(own_loss_of_what_does_not_fit_is_refused) {
    check_rejects(own_loss, Tensor({2, 3}), Labels{0});
    check_rejects(own_loss, Tensor({2, 3}), Labels{0, 1, 2});
    check_rejects(own_loss, Tensor({2, 3}), Labels{0, 3});
    check_rejects(own_loss, Tensor({2, 3}), Labels{-1, 0});
    check_rejects(own_loss, Tensor({0, 3}), Labels{});
    check_rejects(own_loss, Tensor({6}), Labels{0, 1, 2, 0, 1, 2});
}

BOOST_AUTO_TEST_SUITE_END()
