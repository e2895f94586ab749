// Tests of 7.4, 7.5 and 7.6: gradient check, steps, softmax regression.
#include "images.hpp"
#include "nn/operators.hpp"
#include "probes.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab07;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_7_4)

// Every difference below is one of numbers that a float or a double holds exactly, or nearly so.
constexpr Tolerance exact{.relative = 1e-6, .absolute = 1e-6};

void check_numeric(const std::string& f, const Tensor& x, float h, const Tensor& expected) {
    check_same(student(numeric_gradient_of, f, x, h), expected, exact);
}

BOOST_AUTO_TEST_CASE(cubes_with_a_pencil) {
    // Not 3 and 24: f(x + h) - f(x - h) of a cube has h² in it.
    check_numeric("cubes", Tensor({2}, {1, -2}), 0.5f, Tensor({2}, {3.25f, 24.5f}));
}
BOOST_AUTO_TEST_CASE(a_straight_line) { check_numeric("line", Tensor({3}, {2, 0, -5}), 0.25f, Tensor({3}, {1, 2, 3})); }
BOOST_AUTO_TEST_CASE(values_that_depend_on_their_neighbors) {
    check_numeric("neighbors", Tensor({4}, {1, 2, 4, 8}), 0.5f, Tensor({4}, {2, 5, 10, 4}));
}
BOOST_AUTO_TEST_CASE(any_shape) {
    check_numeric("line", Tensor({2, 1, 3}, {1, 2, 3, 4, 5, 6}), 0.5f, Tensor({2, 1, 3}, {1, 2, 3, 4, 5, 6}));
    check_numeric("cubes", Tensor({2, 2}, {1, 0, 2, -1}), 0.25f, Tensor({2, 2}, {3.0625f, 0.125f, 36.1875f, 12.25f}));
}
BOOST_AUTO_TEST_CASE(a_small_step) {
    check_same(student(numeric_gradient_of, "cubes", Tensor({2}, {1, 0.5f}), 1.0f / 1024), Tensor({2}, {3, 1.5f}),
               {.relative = 0, .absolute = 1e-5});
}
BOOST_AUTO_TEST_CASE(far_from_zero_a_step_is_rounded) {
    // Near 1000 floats are 0.00006 apart.
    check_numeric("line", Tensor({2}, {1000, -3000}), 1e-3f, Tensor({2}, {1, 2}));
}
BOOST_AUTO_TEST_CASE(no_values_no_gradient) { check_numeric("line", Tensor({0, 3}), 0.5f, Tensor({0, 3})); }

void check_entries(const Tensor& claimed, const Tensor& numeric) {
    check_same(student(check_gradient, claimed, numeric), check_gradient(claimed, numeric),
               {.relative = 1e-5, .absolute = 1e-6});
}

BOOST_AUTO_TEST_CASE(the_table_with_a_pencil) {
    check_same(student(check_gradient, Tensor({4}, {3, 4, 0.1f, 5}), Tensor({4}, {3, -4, 0, 5})),
               {Tensor({4}, {0, 1.0616441f, 0.0282843f, 0}), 1, 1.0616441}, {.relative = 1e-5, .absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(a_gradient_that_is_right) {
    const Tensor numeric = random({3, 4}, 1);
    check_entries(numeric, numeric);
}
BOOST_AUTO_TEST_CASE(one_entry_is_too_small) {
    const Tensor numeric({2, 3}, {1, -2, 3, 1, -2, 3});
    Tensor claimed = numeric;
    claimed(1, 0) = -1;
    check_entries(claimed, numeric);
    claimed(1, 2) = 0;
    check_entries(claimed, numeric);
}
BOOST_AUTO_TEST_CASE(the_last_entry_is_wrong) { check_entries(Tensor({3}, {1, 2, 9}), Tensor({3}, {1, 2, 3})); }
BOOST_AUTO_TEST_CASE(twice_the_gradient) { check_entries(Tensor({3}, {2, -4, 6}), Tensor({3}, {1, -2, 3})); }
BOOST_AUTO_TEST_CASE(rounding_near_zero_is_no_error) {
    check_entries(Tensor({4}, {1e-5f, 10, -10, 0}), Tensor({4}, {0, 10, -10, 2e-5f}));
}
BOOST_AUTO_TEST_CASE(nothing_depends_on_x) {
    check_entries(Tensor({3}), Tensor({3}));
    check_entries(Tensor({3}, {0, 0, 1}), Tensor({3}));
}
BOOST_AUTO_TEST_CASE(a_claim_that_is_no_number) {
    check_entries(Tensor({4}, {1, NAN, 3, 40}), Tensor({4}, {1, 2, 3, 4}));
    check_entries(Tensor({2}, {1, HUGE_VALF}), Tensor({2}, {1, 2}));
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(check_gradient, Tensor({2, 3}), Tensor({3, 2}));
    check_rejects(check_gradient, Tensor({4}), Tensor({3}));
    check_rejects(check_gradient, Tensor({3}), Tensor({4}));
    check_rejects(check_gradient, Tensor({0}), Tensor({0}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_7_5)

void check_step(const Shape& shape, const SgdOptions& options) {
    const Tensor value = random(shape, 1), gradient = random(shape, 2), velocity = random(shape, 3);
    check_same(student(sgd_step, value, gradient, velocity, options), sgd_step(value, gradient, velocity, options));
}
// Six steps, every one from the learner's own last.
void check_steps(const std::string& name, float momentum, float weight_decay) {
    const Tensor gradients = golden(name + "_gradients"), values = golden(name + "_values"),
                 velocities = golden(name + "_velocities");
    const Shape shape{2, 3};
    const auto at = [&](const Tensor& all, Index step) {
        return Tensor(shape, all.values().subspan(static_cast<std::size_t>(step * 6), 6));
    };
    Moved moved{golden(name + "_start"), Tensor(shape)};
    for (Index step = 0; step < 6; ++step) {
        moved = student(sgd_step, moved.value, at(gradients, step), moved.velocity,
                        SgdOptions{0.25f, momentum, weight_decay});
        check_same(moved, {at(values, step), at(velocities, step)}, rounded);
    }
}

BOOST_AUTO_TEST_CASE(a_plain_step_with_a_pencil) {
    check_same(student(sgd_step, Tensor({2}, {1, -1}), Tensor({2}, {2, 4}), Tensor({2}), SgdOptions{0.5f}),
               {Tensor({2}, {0, -3}), Tensor({2}, {2, 4})});
}
BOOST_AUTO_TEST_CASE(momentum_with_a_pencil) {
    check_same(
        student(sgd_step, Tensor({2}, {1, -1}), Tensor({2}, {2, 4}), Tensor({2}, {8, -8}), SgdOptions{0.5f, 0.5f}),
        {Tensor({2}, {-2, -1}), Tensor({2}, {6, 0})});
}
BOOST_AUTO_TEST_CASE(weight_decay_with_a_pencil) {
    check_same(student(sgd_step, Tensor({2}, {8, -4}), Tensor({2}, {0, 1}), Tensor({2}), SgdOptions{0.5f, 0, 0.25f}),
               {Tensor({2}, {7, -4}), Tensor({2}, {2, 0})});
}
BOOST_AUTO_TEST_CASE(any_shape) {
    check_step({5}, {0.1f, 0.9f, 0.01f});
    check_step({2, 3, 1, 2}, {0.1f, 0.9f, 0.01f});
    check_step({0}, {0.1f, 0.9f, 0.01f});
}
BOOST_AUTO_TEST_CASE(no_step_at_rate_zero) { check_step({3, 2}, {0, 0.5f, 0.1f}); }
BOOST_AUTO_TEST_CASE(plain_steps_as_in_pytorch) { check_steps("plain", 0, 0); }
BOOST_AUTO_TEST_CASE(steps_with_momentum_as_in_pytorch) { check_steps("momentum", 0.9f, 0); }
BOOST_AUTO_TEST_CASE(steps_with_weight_decay_as_in_pytorch) { check_steps("decay", 0, 0.1f); }
BOOST_AUTO_TEST_CASE(steps_with_both_as_in_pytorch) { check_steps("both", 0.9f, 0.1f); }
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(sgd_step, Tensor({2, 3}), Tensor({3, 2}), Tensor({2, 3}), SgdOptions{0.1f});
    check_rejects(sgd_step, Tensor({2, 3}), Tensor({2, 3}), Tensor({6}), SgdOptions{0.1f});
    check_rejects(sgd_step, Tensor({4}), Tensor({3}), Tensor({4}), SgdOptions{0.1f});
    check_rejects(sgd_step, Tensor({4}), Tensor({5}), Tensor({4}), SgdOptions{0.1f});
    check_rejects(sgd_step, Tensor({4}), Tensor({4}), Tensor({3}), SgdOptions{0.1f});
    check_rejects(sgd_step, Tensor({4}), Tensor({4}), Tensor({5}), SgdOptions{0.1f});
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_7_6)

Images random_images(Index count, Index pixels, std::int32_t classes, std::uint32_t seed) {
    Images images{random({count, pixels}, seed), {}};
    Engine engine(seed);
    for (Index n = 0; n < count; ++n)
        images.labels.push_back(static_cast<std::int32_t>(uniform_index(engine, classes)));
    return images;
}
Images golden_images() { return {golden("regression_x"), golden_labels("regression")}; }
Regression golden_model() { return {golden("regression_w"), golden("regression_b")}; }

bool is_near(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && std::ranges::equal(a.values(), b.values(), [](float x, float y) {
               return std::abs(x - y) <= 1e-4f * (1 + std::abs(y));
           });
}
bool is_near(double a, double b) { return std::abs(a - b) <= 1e-4 * (1 + std::abs(b)); }
bool is_near(const Regression& a, const Regression& b) { return is_near(a.w, b.w) && is_near(a.b, b.b); }
bool is_near(const Pass& a, const Pass& b) {
    return is_near(a.loss, b.loss) && a.correct == b.correct && is_near(a.gradient, b.gradient);
}
bool is_near(const Epoch& a, const Epoch& b) {
    return is_near(a.loss, b.loss) && is_near(a.accuracy, b.accuracy) && is_near(a.state.model, b.state.model) &&
           is_near(a.state.velocity, b.state.velocity);
}

// The right pass for a loss that need not be right.
Pass pass_of(const Loss& loss, const Images& images, Pass pass) {
    pass.loss = loss.value;
    pass.gradient.w.fill(0), pass.gradient.b.fill(0);
    for (Index n = 0; n < images.x.size(0); ++n)
        for (Index m = 0; m < pass.gradient.b.size(0); ++m) {
            pass.gradient.b(m) += loss.gradient(n, m);
            for (Index d = 0; d < images.x.size(1); ++d) pass.gradient.w(m, d) += loss.gradient(n, m) * images.x(n, d);
        }
    return pass;
}
// A pass is built on the learner's own loss, an epoch on their passes and steps. Where only these are wrong, the report
// says so.
void check_pass(const Images& images, const Regression& model, const Pass& expected) {
    const Pass answer = student(regression_pass, images, model);
    if (!is_near(answer, expected)) {
        const Tensor y = nn::operators().dense_forward(images.x, model.w, model.b);
        const Loss loss = student(softmax_cross_entropy, y, images.labels);
        check_that(loss.gradient.shape() != y.shape() || !is_near(answer, pass_of(loss, images, expected)),
                   "The pass is made rightly of softmax_cross_entropy's answer, but this answer is wrong: correct task "
                   "7.2 first.");
    }
    check_same(answer, expected, rounded);
}
void check_pass(const Images& images, const Regression& model) {
    check_pass(images, model, regression_pass(images, model));
}
Epoch epoch_of_own_steps(const Images& images, const std::vector<std::vector<Index>>& batches, State state,
                         const SgdOptions& options) {
    double loss = 0, correct = 0, seen = 0;
    for (const std::vector<Index>& numbers : batches) {
        const Pass pass = student(regression_pass, take(images, numbers), state.model);
        loss += pass.loss * static_cast<double>(numbers.size());
        correct += static_cast<double>(pass.correct);
        seen += static_cast<double>(numbers.size());
        const auto [w, vw] = student(sgd_step, state.model.w, pass.gradient.w, state.velocity.w, options);
        const auto [b, vb] = student(sgd_step, state.model.b, pass.gradient.b, state.velocity.b, options);
        state = {{w, b}, {vw, vb}};
    }
    return {loss / seen, correct / seen, state};
}
void name_wrong_steps(const Epoch& answer, const Epoch& expected, const Images& images,
                      const std::vector<std::vector<Index>>& batches, const State& state, const SgdOptions& options) {
    if (is_near(answer, expected)) return;
    check_that(
        !is_near(answer, epoch_of_own_steps(images, batches, state, options)),
        "The epoch is put together rightly, but of passes or steps that are wrong: correct what fails of 7.2, 7.5 and "
        "regression_pass first.");
}
State at_rest(const Regression& model) { return {model, {Tensor(model.w.shape()), Tensor(model.b.shape())}}; }
void check_epoch(const Images& images, const std::vector<std::vector<Index>>& batches, const State& state,
                 const SgdOptions& options) {
    const Epoch answer = student(train_epoch, images, batches, state, options);
    const Epoch expected = train_epoch(images, batches, state, options);
    name_wrong_steps(answer, expected, images, batches, state, options);
    check_same(answer, expected, {.relative = 1e-5, .absolute = 1e-5});
}

// Two images of two pixels, two classes, and a model that knows nothing: both get 1/2 for everything.
const Images two_images{Tensor({2, 2}, {1, 2, 3, 0}), {0, 1}};
const Regression nothing{Tensor({2, 2}), Tensor({2})};

BOOST_AUTO_TEST_CASE(a_pass_with_a_pencil) {
    check_pass(two_images, nothing, {0.6931472, 1, {Tensor({2, 2}, {0.5f, -0.5f, -0.5f, 0.5f}), Tensor({2})}});
}
BOOST_AUTO_TEST_CASE(a_pass_of_one_image) {
    check_pass(random_images(1, 4, 3, 1), {random({3, 4}, 2), random({3}, 3)});
}
BOOST_AUTO_TEST_CASE(a_pass_of_several_images) {
    check_pass(random_images(7, 5, 3, 4), {random({3, 5}, 5), random({3}, 6)});
    check_pass(random_images(4, 3, 3, 7), {random({3, 3}, 8), random({3}, 9)});
}
BOOST_AUTO_TEST_CASE(all_scores_are_negative) {
    check_pass(random_images(6, 3, 4, 10), {random({4, 3}, 11), Tensor::full({4}, -8)});
}
BOOST_AUTO_TEST_CASE(of_equal_scores_the_first_is_the_answer) {
    const Images first{Tensor({2, 2}, {1, 2, 3, 0}), {0, 0}}, last{Tensor({2, 2}, {1, 2, 3, 0}), {1, 1}};
    check_pass(first, nothing);
    check_pass(last, nothing);
    // Classes 1 and 2 are equal, and larger than class 0.
    check_pass({Tensor({3, 1}, {1, 2, 3}), {1, 2, 2}}, {Tensor({3, 1}, {1, 2, 2}), Tensor({3})});
}
BOOST_AUTO_TEST_CASE(a_pass_as_in_pytorch) {
    check_pass(golden_images(), golden_model(),
               {double{golden("regression_loss")[0]},
                static_cast<Index>(golden("regression_correct")[0]),
                {golden("regression_dw"), golden("regression_db")}});
}
BOOST_AUTO_TEST_CASE(a_pass_of_what_does_not_fit_is_refused) {
    check_rejects(regression_pass, Images{Tensor({2, 3}), {0, 1}}, nothing);
    check_rejects(regression_pass, Images{Tensor({2, 1}), {0, 1}}, nothing);
    check_rejects(regression_pass, Images{Tensor({2, 2}), {0, 2}}, nothing);
    check_rejects(regression_pass, Images{Tensor({2, 2}), {-1, 0}}, nothing);
    check_rejects(regression_pass, Images{Tensor({2, 2}), {0}}, nothing);
    check_rejects(regression_pass, Images{Tensor({2, 2}), {0, 1, 0}}, nothing);
    check_rejects(regression_pass, two_images, Regression{Tensor({2, 2}), Tensor({1})});
    check_rejects(regression_pass, two_images, Regression{Tensor({2, 2}), Tensor({3})});
}

BOOST_AUTO_TEST_CASE(an_epoch_of_one_batch) {
    const std::vector<std::vector<Index>> batches{{0, 1}};
    const Epoch answer = student(train_epoch, two_images, batches, at_rest(nothing), SgdOptions{2.0f});
    const Epoch expected{
        0.6931472,
        0.5,
        {{Tensor({2, 2}, {-1, 1, 1, -1}), Tensor({2})}, {Tensor({2, 2}, {0.5f, -0.5f, -0.5f, 0.5f}), Tensor({2})}}};
    name_wrong_steps(answer, expected, two_images, batches, at_rest(nothing), {2.0f});
    check_same(answer, expected, rounded);
}
BOOST_AUTO_TEST_CASE(several_batches) {
    const Images images = random_images(8, 4, 3, 12);
    check_epoch(images, {{5, 0, 3, 2}, {7, 1, 4, 6}}, at_rest({random({3, 4}, 13), random({3}, 14)}), {0.5f});
}
BOOST_AUTO_TEST_CASE(the_last_batch_is_smaller) {
    const Images images = random_images(7, 4, 3, 15);
    check_epoch(images, {{6, 5, 4}, {3, 2, 1}, {0}}, at_rest({random({3, 4}, 16), random({3}, 17)}), {0.5f});
}
BOOST_AUTO_TEST_CASE(means_are_over_the_images_that_were_seen) {
    const Images images = random_images(9, 4, 3, 23);
    // Some of the nine; then some of them twice.
    check_epoch(images, {{8, 2, 4}, {1, 5}}, at_rest({random({3, 4}, 24), random({3}, 25)}), {0.5f});
    check_epoch(images, {{0, 1, 0, 1, 0, 1}, {6, 6, 7, 8, 3}}, at_rest({random({3, 4}, 26), random({3}, 27)}), {0.5f});
}
BOOST_AUTO_TEST_CASE(momentum_goes_on_from_batch_to_batch_and_epoch_to_epoch) {
    const Images images = random_images(6, 3, 3, 18);
    const State moving{{random({3, 3}, 19), random({3}, 20)}, {random({3, 3}, 21), random({3}, 22)}};
    check_epoch(images, {{0, 1}, {2, 3}, {4, 5}}, moving, {0.25f, 0.9f, 0.05f});
}
BOOST_AUTO_TEST_CASE(two_epochs_as_in_pytorch) {
    const std::vector<std::vector<Index>> batches{{0, 1, 2, 3, 4}, {5, 6, 7, 8, 9}, {10, 11, 12}};
    const Tensor losses = golden("trained_losses"), accuracies = golden("trained_accuracies");
    const SgdOptions options{0.5f, 0.75f, 0.125f};
    const Epoch first = student(train_epoch, golden_images(), batches, at_rest(golden_model()), options);
    const Epoch second = student(train_epoch, golden_images(), batches, first.state, options);
    // What happens between the two is PyTorch's secret; the end of both must agree.
    check_same(first, {double{losses[0]}, double{accuracies[0]}, first.state}, {.relative = 1e-5, .absolute = 1e-5});
    check_same(second,
               {double{losses[1]},
                double{accuracies[1]},
                {{golden("trained_w"), golden("trained_b")}, {golden("trained_vw"), golden("trained_vb")}}},
               {.relative = 1e-5, .absolute = 1e-5});
}
BOOST_AUTO_TEST_CASE(an_epoch_without_batches_is_refused) {
    check_rejects(train_epoch, two_images, std::vector<std::vector<Index>>{}, at_rest(nothing), SgdOptions{1.0f});
}

BOOST_AUTO_TEST_SUITE_END()
