// 14.3 and 14.4; the modules are in module_tests.cpp, the networks in network_tests.cpp.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab14;
using namespace cnn::grader;

// ---- 14.3 ----

BOOST_AUTO_TEST_SUITE(task_14_3)

const Head small_head{.in = 6, .classes = 5, .maps = 4, .neurons = 7};

void check_head(const Head& head) { check_same(student(auxiliary_head_table, head), auxiliary_head_table(head)); }
BOOST_AUTO_TEST_CASE(the_paper_s_head) {
    const NetworkTable head = student(auxiliary_head_table, Head{.in = 512});
    check_same(head, auxiliary_head_table({.in = 512}));
    check_same(head.parameters, 3'188'840);
}
BOOST_AUTO_TEST_CASE(heads_of_other_sizes) {
    check_head(small_head);
    check_head({.in = 3, .side = 8, .classes = 10, .pool = {.size = 3, .stride = 2}, .maps = 5, .neurons = 6});
    check_head(
        {.in = 3, .side = 7, .classes = 2, .pool = {.size = 4, .stride = 3, .padding = 1}, .maps = 5, .neurons = 6});
}
BOOST_AUTO_TEST_CASE(a_window_that_just_fits) {
    check_same(student(head_parameters, Head{.in = 4, .side = 5}), head_parameters({.in = 4, .side = 5}));
    const Head padded{.in = 4, .side = 3, .pool = {.size = 5, .stride = 3, .padding = 1}};
    check_same(student(head_parameters, padded), head_parameters(padded));
}
BOOST_AUTO_TEST_CASE(head_drops_seven_tenths) {
    // The deviation of a share measured over 20,000 numbers is 0.003.
    check_same(student(head_dropout, small_head), {0.7}, {.relative = 0, .absolute = 0.02});
}
BOOST_AUTO_TEST_CASE(head_computes) {
    const Tensor x = random({1, 6, 14, 14}, 34), dy = random({1, 5}, 35);
    check_same(student(auxiliary_head_pass, small_head, x, dy, 36u), auxiliary_head_pass(small_head, x, dy, 36),
               of_gradients);
}
BOOST_AUTO_TEST_CASE(head_agrees_with_pytorch) {
    check_golden_pass(student(auxiliary_head_pass, small_head, random({2, 6, 14, 14}, 31), random({2, 5}, 32), 33u),
                      "head");
}

void check_loss(const std::vector<Tensor>& logits, const std::vector<std::int32_t>& labels, double weight) {
    check_same(student(heads_loss, logits, labels, weight), heads_loss(logits, labels, weight), of_exponentials);
}
BOOST_AUTO_TEST_CASE(the_handout_s_loss) {
    // Cross-entropies log 2 and log(1 + e^-1) = 0.313262; the head's probabilities are 0.268941 and 0.731059.
    check_same(student(heads_loss, std::vector<Tensor>{Tensor({1, 2}, {0, 0}), Tensor({1, 2}, {0, 1})},
                       std::vector<std::int32_t>{1}, 0.3),
               {0.693147 + 0.3 * 0.313262,
                {Tensor({1, 2}, {0.5f, -0.5f}), Tensor({1, 2}, {0.3f * 0.268941f, -0.3f * 0.268941f})},
                0},
               {.relative = 1e-5, .absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(no_head) { check_loss({random({3, 4}, 1)}, {0, 3, 1}, 0.3); }
BOOST_AUTO_TEST_CASE(another_weight) { check_loss({random({3, 4}, 1), random({3, 4}, 2)}, {0, 3, 1}, 0.7); }
BOOST_AUTO_TEST_CASE(two_heads) {
    check_loss({random({3, 4}, 1), random({3, 4}, 2), random({3, 4}, 3)}, {0, 3, 1}, 0.3);
}
BOOST_AUTO_TEST_CASE(weight_zero) { check_loss({random({3, 4}, 1), random({3, 4}, 2)}, {0, 3, 1}, 0); }
BOOST_AUTO_TEST_CASE(large_logits) {
    check_loss({Tensor({1, 3}, {900, 1000, -500}), Tensor({1, 3}, {0, 0, 0})}, {0}, 0.3);
}
BOOST_AUTO_TEST_CASE(the_trunk_decides_what_is_right) {
    check_loss({Tensor({2, 2}, {1, 0, 0, 1}), Tensor({2, 2}, {0, 1, 0, 1})}, {0, 0}, 0.3);
    check_loss({Tensor({2, 2}, {1, 0, 0, 1}), Tensor({2, 2}, {1, 0, 1, 0})}, {0, 0}, 0.3);
    check_loss({Tensor({2, 2}, {0, 1, 0, 1}), Tensor({2, 2}, {1, 0, 1, 0})}, {0, 0}, 0.3);
    check_loss({Tensor({2, 2}, {2, 2, 2, 2})}, {0, 1}, 0.3);
}
BOOST_AUTO_TEST_CASE(loss_agrees_with_pytorch) {
    std::vector<Tensor> logits;
    for (std::uint32_t i = 0; i < 3; ++i) logits.push_back(std::move(random({4, 5}, 41 + i) *= 3));
    const HeadsLoss result = student(heads_loss, logits, std::vector<std::int32_t>{3, 0, 4, 3}, 0.3);
    check_same(result.loss, static_cast<double>(golden("heads_loss")[0]), of_exponentials);
    check_that(result.gradients.size() == 3,
               fmt::format("{} gradients, expected 3: one for every prediction", result.gradients.size()));
    if (result.gradients.size() != 3) return;
    const Tensor expected = golden("heads_loss_gradients");  // side by side
    for (Index head = 0; head < 3; ++head) {
        Tensor one({4, 5});
        for (Index n = 0; n < 4; ++n)
            for (Index m = 0; m < 5; ++m) one(n, m) = expected(n, 5 * head + m);
        check_same(result.gradients[static_cast<std::size_t>(head)], one, of_exponentials);
    }
}

void check_heads(Index parts, const std::vector<Index>& heads, bool training) {
    const Tensor x = random({2, 4}, 61);
    std::vector<Tensor> dy;
    for (std::uint32_t i = 0; i <= heads.size(); ++i) dy.push_back(random({2, 4}, 62 + i));
    check_same(student(heads_pass, x, dy, parts, heads, training, 70u), heads_pass(x, dy, parts, heads, training, 70),
               through_a_module);
}
BOOST_AUTO_TEST_CASE(a_trunk_without_heads) { check_heads(2, {}, true); }
BOOST_AUTO_TEST_CASE(one_head) { check_heads(2, {0}, true); }
BOOST_AUTO_TEST_CASE(two_heads_in_training) { check_heads(3, {0, 1}, true); }
BOOST_AUTO_TEST_CASE(a_part_without_a_head_between) { check_heads(4, {0, 2}, true); }
BOOST_AUTO_TEST_CASE(heads_are_silent_in_evaluation) { check_heads(3, {0, 1}, false); }
// Independent of the reference: dx of all predictions is the sum of what each of them gives alone.
BOOST_AUTO_TEST_CASE(gradients_of_all_predictions_add_up) {
    const Tensor x = random({2, 4}, 61), none({2, 4});
    const std::vector<Tensor> dy{random({2, 4}, 62), random({2, 4}, 63), random({2, 4}, 64)};
    const auto dx = [&](const std::vector<Tensor>& some) {
        return student(heads_pass, x, some, 3, std::vector<Index>{0, 1}, true, 70u).dx;
    };
    Tensor sum = dx({dy[0], none, none});
    const Tensor first = dx({none, dy[1], none}), second = dx({none, none, dy[2]}), whole = dx(dy);
    check_that(sum.shape() == x.shape() && first.shape() == x.shape() && second.shape() == x.shape(),
               fmt::format("dx {}, expected {}", sum.shape(), x.shape()));
    if (sum.shape() != x.shape() || first.shape() != x.shape() || second.shape() != x.shape()) return;
    check_same(whole, (sum += first) += second, through_a_module);
}

// ---- refusals ----

BOOST_AUTO_TEST_CASE(a_window_that_does_not_fit_is_refused) {
    // (4 - 5) / 3 is 0 in whole numbers: one place too many.
    for (const Index side : {1, 3, 4}) check_rejects(head_parameters, Head{.in = 4, .side = side});
    check_rejects(head_parameters, Head{.in = 4, .side = 2, .pool = {.size = 3, .stride = 2}});
    check_rejects(head_parameters, Head{.in = 4, .side = 2, .pool = {.size = 5, .stride = 3, .padding = 1}});
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    using Labels = std::vector<std::int32_t>;
    const Tensor logits = random({2, 3}, 1);
    check_rejects(heads_loss, std::vector<Tensor>{}, Labels{}, 0.3);
    for (const Shape& other : {Shape{2, 4}, Shape{2, 2}, Shape{1, 3}, Shape{3, 3}, Shape{6}, Shape{2, 3, 1}}) {
        check_rejects(heads_loss, std::vector<Tensor>{logits, random(other, 2)}, Labels{0, 1}, 0.3);
        check_rejects(heads_loss, std::vector<Tensor>{logits, logits, random(other, 2)}, Labels{0, 1}, 0.3);
    }
    for (const Labels& labels :
         {Labels{0}, Labels{0, 1, 2}, Labels{}, Labels{0, 3}, Labels{3, 0}, Labels{0, -1}, Labels{-1, 0}}) {
        check_rejects(heads_loss, std::vector<Tensor>{logits}, labels, 0.3);
        check_rejects(heads_loss, std::vector<Tensor>{logits, logits}, labels, 0.3);
    }
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 14.4 ----

BOOST_AUTO_TEST_SUITE(task_14_4)

BOOST_AUTO_TEST_CASE(the_handout_s_means) {
    const Tensor x({1, 2, 2, 2}, {1, 2, 3, 6,  //
                                  0, -4, 4, 8});
    check_same(student(global_average_pool_forward, x), Tensor({1, 2}, {3, 2}));
    check_same(student(global_average_pool_backward, Tensor({1, 2}, {4, -2}), Shape{1, 2, 2, 2}),
               Tensor({1, 2, 2, 2}, {1, 1, 1, 1, -0.5f, -0.5f, -0.5f, -0.5f}));
}
void check_pool(const Shape& shape) {
    const Tensor x = random(shape, 1);
    check_same(student(global_average_pool_forward, x), global_average_pool_forward(x));
}
BOOST_AUTO_TEST_CASE(one_pixel) { check_pool({1, 1, 1, 1}); }
BOOST_AUTO_TEST_CASE(not_square) { check_pool({1, 2, 3, 5}); }
BOOST_AUTO_TEST_CASE(several_images) { check_pool({3, 4, 7, 7}); }
BOOST_AUTO_TEST_CASE(means_agree_with_pytorch) {
    check_same(student(global_average_pool_forward, random({2, 3, 4, 7}, 51)), golden("pool_y"), of_exponentials);
    check_same(student(global_average_pool_backward, random({2, 3}, 52), Shape{2, 3, 4, 7}), golden("pool_dx"),
               of_exponentials);
}
void check_pool_backward(const Shape& shape) {
    const Tensor dy = random({shape[0], shape[1]}, 2);
    check_same(student(global_average_pool_backward, dy, shape), global_average_pool_backward(dy, shape));
}
BOOST_AUTO_TEST_CASE(backward_one_pixel) { check_pool_backward({1, 1, 1, 1}); }
BOOST_AUTO_TEST_CASE(backward_not_square) { check_pool_backward({1, 2, 3, 5}); }
BOOST_AUTO_TEST_CASE(backward_several_images) { check_pool_backward({3, 4, 2, 2}); }
BOOST_AUTO_TEST_CASE(backward_is_the_slope_of_forward) {
    Tensor x = random({1, 1, 2, 3}, 3);
    const Tensor dx = student(global_average_pool_backward, Tensor({1, 1}, {1}), x.shape());
    check_that(dx.shape() == x.shape(), fmt::format("dx {}, expected {}", dx.shape(), x.shape()));
    if (dx.shape() != x.shape()) return;
    const float before = student(global_average_pool_forward, x)[0];
    x[4] += 0.5f;
    const float slope = (student(global_average_pool_forward, x)[0] - before) / 0.5f;
    check_that(std::abs(slope - dx[4]) < 1e-5f,
               fmt::format("y changes by {:.6f} for each unit that a pixel changes, dx says {:.6f}", slope, dx[4]));
}

BOOST_AUTO_TEST_CASE(what_googlenet_saves) {
    check_same(student(classifier_costs, 1024, 7, 1000), {{50'177'000, 50'176'000}, {1'025'000, 1'024'000}});
}
BOOST_AUTO_TEST_CASE(savings_of_other_sizes) {
    for (const auto& [channels, side, classes] :
         {std::tuple(208, 4, 10), std::tuple(1, 1, 2), std::tuple(512, 14, 365)})
        check_same(student(classifier_costs, channels, side, classes), classifier_costs(channels, side, classes));
}

// ---- refusals ----

BOOST_AUTO_TEST_CASE(other_shapes_are_refused) {
    for (const Shape& x : {Shape{2, 3}, Shape{2, 3, 4}, Shape{1, 2, 3, 4, 1}})
        check_rejects(global_average_pool_forward, random(x, 1));
    check_rejects(global_average_pool_forward, Tensor({1, 2, 0, 3}));
    check_rejects(global_average_pool_forward, Tensor({1, 2, 3, 0}));
    for (const Shape& dy : {Shape{2, 3}, Shape{2, 5}, Shape{1, 4}, Shape{3, 4}, Shape{4, 2}, Shape{8}, Shape{2, 4, 1}})
        check_rejects(global_average_pool_backward, random(dy, 1), Shape{2, 4, 5, 5});
    check_rejects(global_average_pool_backward, random({2, 3}, 1), Shape{2, 3, 5});
    check_rejects(global_average_pool_backward, random({2, 3}, 1), Shape{2, 3, 5, 5, 1});
}

BOOST_AUTO_TEST_SUITE_END()
