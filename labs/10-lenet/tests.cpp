#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <numeric>

#include "bitmaps.hpp"
#include "grader/judge.hpp"
#include "layers.hpp"
#include "probes.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab10;
using namespace cnn::grader;

namespace {

// Values made by PyTorch: golden/make.py.
Tensor golden(const std::string& name) { return read_npy(std::string(CNN_LAB_DIR "/golden/") + name + ".npy"); }

// Rounding in a sum of n products is at most 2(n + 1)u of the terms' magnitude; through the layers of a network these
// errors pass on and grow with the weights, which are below 1. 400 terms and six layers, against values of about 1:
// 6 · 2 · 401 · 2^-24 = 2.9e-4 if every rounding fell the same way; they do not, and a fifth of that is kept.
constexpr Tolerance through_a_network{.relative = 6e-5, .absolute = 6e-5};
// A sum of 84 squares, all positive: 2(84 + 3)u.
constexpr Tolerance sum_of_squares{.relative = 1.1e-5, .absolute = 1e-6};
// exp and log in single or in double precision, in one order or another.
constexpr Tolerance of_exponentials{.relative = 1e-5, .absolute = 1e-6};

// The gradient as golden/make.py keeps it: of large matrices only the sum over the outputs.
Tensor as_kept(const Tensor& gradient) {
    if (gradient.count() < 3000) return gradient;
    Tensor sum({gradient.count() / gradient.size(0)});
    for (Index i = 0; i < gradient.count(); ++i) sum[i % sum.count()] += gradient[i];
    return sum;
}

void check_golden_pass(const NetworkPass& pass, const std::string& name, std::size_t parameters) {
    check_same(pass.y, golden(name + "_y"), through_a_network);
    check_same(pass.dx, golden(name + "_dx"), through_a_network);
    check_that(pass.gradients.size() == parameters,
               fmt::format("{} learned tensors, expected {}", pass.gradients.size(), parameters));
    if (pass.gradients.size() != parameters) return;
    for (std::size_t i = 0; i < parameters; ++i)
        // Sums over up to 120 outputs: their errors add up.
        check_same(as_kept(pass.gradients[i]), golden(fmt::format("{}_gradient_{}", name, i)),
                   {.relative = 3e-4, .absolute = 3e-4});
}

}  // namespace

// ---- 10.1 ----

BOOST_AUTO_TEST_SUITE(task_10_1)

BOOST_AUTO_TEST_CASE(table_1) { check_same(student(connection_table), connection_table()); }
BOOST_AUTO_TEST_CASE(what_the_paper_says_of_it) {
    const Tensor table = student(connection_table);
    check_that(table.shape() == Shape{6, 16}, fmt::format("table {}, expected [6, 16]: a row for each map of S2, a "
                                                          "column for each of C3",
                                                          table.shape()));
    if (table.shape() != Shape{6, 16}) return;
    const float connections = std::accumulate(table.values().begin(), table.values().end(), 0.0f);
    check_that(connections == 60,
               fmt::format("{} connections, expected 60: 1,516 parameters = 60 · 25 + 16", connections));
    for (Index c = 0; c < 6; ++c) {
        float feeds = 0;
        for (Index k = 0; k < 16; ++k) feeds += table(c, k);
        check_that(feeds == 10, fmt::format("row {} has {} ones, expected 10 as in every row", c, feeds));
    }
}

const Tensor small_table({2, 3}, {1, 0, 1,    //
                                  0, 1, 1});  // 4 connections: (k, c) = (0, 0), (1, 1), (2, 0), (2, 1)

BOOST_AUTO_TEST_CASE(the_handout_s_filters) {
    const Tensor w({4, 1, 1}, {2, 3, 4, 5});
    check_same(student(spread_filters, w, small_table), Tensor({3, 2, 1, 1}, {2, 0, 0, 3, 4, 5}));
}
void check_spread(const Shape& w_shape, const Tensor& table) {
    const Tensor w = random(w_shape, 31);
    check_same(student(spread_filters, w, table), spread_filters(w, table));
}
BOOST_AUTO_TEST_CASE(spread_not_square) { check_spread({4, 2, 3}, small_table); }
BOOST_AUTO_TEST_CASE(spread_table_1) { check_spread({60, 5, 5}, connection_table()); }
BOOST_AUTO_TEST_CASE(spread_everything_connected) { check_spread({6, 3, 3}, Tensor::full({3, 2}, 1)); }
BOOST_AUTO_TEST_CASE(spread_refuses_another_number_of_filters) {
    check_rejects(spread_filters, random({5, 3, 3}, 1), small_table);
    check_rejects(spread_filters, random({3, 3, 3}, 1), small_table);
}

void check_gather(const Shape& all_shape, const Tensor& table) {
    const Tensor all = random(all_shape, 32);
    check_same(student(gather_filters, all, table), gather_filters(all, table));
}
BOOST_AUTO_TEST_CASE(gather_not_square) { check_gather({3, 2, 2, 3}, small_table); }
BOOST_AUTO_TEST_CASE(gather_table_1) { check_gather({16, 6, 5, 5}, connection_table()); }
BOOST_AUTO_TEST_CASE(gather_keeps_zeros_of_connections) {
    check_same(student(gather_filters, Tensor({3, 2, 1, 1}, {0, 9, 9, 3, 0, 5}), small_table),
               Tensor({4, 1, 1}, {0, 3, 0, 5}));
}
BOOST_AUTO_TEST_CASE(gather_refuses_another_table) {
    check_rejects(gather_filters, random({2, 3, 3, 3}, 1), small_table);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 10.2 ----

BOOST_AUTO_TEST_SUITE(task_10_2)

void check_forward(const Shape& shape) {
    const Tensor x = random(shape, 1), a = random({shape[1]}, 2), b = random({shape[1]}, 3);
    check_same(student(subsample_forward, x, a, b), subsample_forward(x, a, b));
}
BOOST_AUTO_TEST_CASE(the_handout_s_example) {
    const Tensor x({1, 1, 2, 4}, {1, 2, 0, -1,  //
                                  3, 4, 2, 1});
    check_same(student(subsample_forward, x, Tensor({1}, {0.5f}), Tensor({1}, {1})), Tensor({1, 1, 1, 2}, {6, 2}));
}
BOOST_AUTO_TEST_CASE(one_value) { check_forward({1, 1, 2, 2}); }
BOOST_AUTO_TEST_CASE(one_map_not_square) { check_forward({1, 1, 6, 4}); }
BOOST_AUTO_TEST_CASE(every_map_has_its_own) { check_forward({1, 3, 4, 4}); }
BOOST_AUTO_TEST_CASE(several_images) { check_forward({3, 2, 2, 6}); }
BOOST_AUTO_TEST_CASE(forward_agrees_with_pytorch) {
    check_same(student(subsample_forward, random({2, 3, 6, 4}, 1), random({3}, 2), random({3}, 3)),
               golden("subsample_y"), of_exponentials);
}
BOOST_AUTO_TEST_CASE(odd_sides_are_refused) {
    const Tensor one({1}, {1});
    check_rejects(subsample_forward, random({1, 1, 5, 4}, 1), one, one);
    check_rejects(subsample_forward, random({1, 1, 4, 5}, 1), one, one);
}
BOOST_AUTO_TEST_CASE(another_number_of_maps_is_refused) {
    check_rejects(subsample_forward, random({1, 2, 4, 4}, 1), random({3}, 1), random({2}, 1));
    check_rejects(subsample_forward, random({1, 2, 4, 4}, 1), random({2}, 1), random({1}, 1));
}

void check_backward(const Shape& shape) {
    const Tensor x = random(shape, 1), a = random({shape[1]}, 2);
    const Tensor dy = random({shape[0], shape[1], shape[2] / 2, shape[3] / 2}, 4);
    check_same(student(subsample_backward, dy, x, a), subsample_backward(dy, x, a));
}
BOOST_AUTO_TEST_CASE(the_handout_s_gradients) {
    const Tensor x({1, 1, 2, 4}, {1, 2, 0, -1,  //
                                  3, 4, 2, 1});
    check_same(student(subsample_backward, Tensor({1, 1, 1, 2}, {1, -2}), x, Tensor({1}, {0.5f})),
               {Tensor({1, 1, 2, 4}, {0.5f, 0.5f, -1, -1,  //
                                      0.5f, 0.5f, -1, -1}),
                Tensor({1}, {6}), Tensor({1}, {-1})});
}
BOOST_AUTO_TEST_CASE(backward_one_value) { check_backward({1, 1, 2, 2}); }
BOOST_AUTO_TEST_CASE(backward_one_map_not_square) { check_backward({1, 1, 4, 6}); }
BOOST_AUTO_TEST_CASE(backward_every_map_has_its_own) { check_backward({1, 3, 4, 4}); }
BOOST_AUTO_TEST_CASE(backward_adds_up_over_images) { check_backward({3, 2, 2, 4}); }
BOOST_AUTO_TEST_CASE(backward_agrees_with_pytorch) {
    check_same(student(subsample_backward, random({2, 3, 3, 2}, 4), random({2, 3, 6, 4}, 1), random({3}, 2)),
               {golden("subsample_dx"), golden("subsample_da"), golden("subsample_db")}, of_exponentials);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 10.3 ----

BOOST_AUTO_TEST_SUITE(task_10_3)

BOOST_AUTO_TEST_CASE(code_words) { check_same(student(digit_codes), digit_codes()); }

BOOST_AUTO_TEST_CASE(the_handout_s_distances) {
    const Tensor x({1, 3}, {1, 0.5f, -1}), w({2, 3}, {1, 1, -1,  //
                                                      -1, 1, 1});
    check_same(student(rbf_forward, x, w), Tensor({1, 2}, {0.25f, 8.25f}));
}
void check_rbf(const Shape& x_shape, Index classes) {
    const Tensor x = random(x_shape, 1), w = random({classes, x_shape[1]}, 2);
    check_same(student(rbf_forward, x, w), rbf_forward(x, w), sum_of_squares);
}
BOOST_AUTO_TEST_CASE(one_number) { check_rbf({1, 1}, 1); }
BOOST_AUTO_TEST_CASE(several_images_and_classes) { check_rbf({3, 5}, 2); }
BOOST_AUTO_TEST_CASE(distances_agree_with_pytorch) {
    check_same(student(rbf_forward, random({3, 84}, 5), digit_codes()), golden("rbf_y"), sum_of_squares);
}
BOOST_AUTO_TEST_CASE(distance_to_itself_is_zero) {
    const Tensor codes = digit_codes();
    const Tensor y = student(rbf_forward, codes, codes);
    check_same(y, rbf_forward(codes, codes));
}
BOOST_AUTO_TEST_CASE(other_lengths_are_refused) { check_rejects(rbf_forward, random({2, 5}, 1), random({3, 4}, 1)); }

BOOST_AUTO_TEST_CASE(the_handout_s_direction) {
    const Tensor x({1, 3}, {1, 0.5f, -1}), w({2, 3}, {1, 1, -1,  //
                                                      -1, 1, 1});
    check_same(student(rbf_backward, Tensor({1, 2}, {1, 0}), x, w), Tensor({1, 3}, {0, -1, 0}));
}
void check_rbf_backward(const Shape& x_shape, Index classes) {
    const Tensor x = random(x_shape, 1), w = random({classes, x_shape[1]}, 2), dy = random({x_shape[0], classes}, 3);
    check_same(student(rbf_backward, dy, x, w), rbf_backward(dy, x, w), {.relative = 1e-5, .absolute = 1e-5});
}
BOOST_AUTO_TEST_CASE(direction_one_number) { check_rbf_backward({1, 1}, 1); }
BOOST_AUTO_TEST_CASE(direction_one_image) { check_rbf_backward({1, 4}, 3); }
BOOST_AUTO_TEST_CASE(direction_several_images) { check_rbf_backward({4, 3}, 5); }
BOOST_AUTO_TEST_CASE(direction_agrees_with_pytorch) {
    check_same(student(rbf_backward, random({3, 10}, 6), random({3, 84}, 5), digit_codes()), golden("rbf_dx"),
               {.relative = 1e-5, .absolute = 1e-5});
}

void check_loss(const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
    check_same(student(map_loss, y, labels, j), map_loss(y, labels, j), of_exponentials);
}
BOOST_AUTO_TEST_CASE(the_handout_s_loss) {
    // E = 0.25 + log(e^-1 + e^-0.25 + e^-8.25); the shares are 0.320748, 0.679024 and 0.000228.
    check_same(student(map_loss, Tensor({1, 2}, {0.25f, 8.25f}), std::vector<std::int32_t>{0}, 1.0),
               {0.387099, Tensor({1, 2}, {0.320976f, -0.000227787f}), 1}, {.relative = 1e-4, .absolute = 1e-5});
}
BOOST_AUTO_TEST_CASE(right_and_wrong) { check_loss(Tensor({2, 3}, {1, 2, 3, 1, 2, 3}), {0, 2}, 1); }
BOOST_AUTO_TEST_CASE(another_j) { check_loss(Tensor({1, 3}, {1, 2, 3}), {1}, -2.5); }
BOOST_AUTO_TEST_CASE(several_images_loss) { check_loss(random({7, 4}, 8), {0, 1, 2, 3, 0, 1, 2}, 0.5); }
BOOST_AUTO_TEST_CASE(the_first_of_equal_penalties_counts) { check_loss(Tensor::full({2, 3}, 2), {0, 2}, 1); }
BOOST_AUTO_TEST_CASE(large_penalties) { check_loss(Tensor({2, 2}, {900, 950, 2000, 1800}), {0, 0}, 1000); }
BOOST_AUTO_TEST_CASE(large_penalties_small_j) { check_loss(Tensor({1, 2}, {900, 950}), {0}, 1); }
BOOST_AUTO_TEST_CASE(very_negative_j) { check_loss(Tensor({1, 2}, {3, 4}), {1}, -900); }
BOOST_AUTO_TEST_CASE(loss_agrees_with_pytorch) {
    Tensor y = random({5, 10}, 7);
    for (float& value : y.values()) value = 4 * value + 4;
    const nn::LossResult result = student(map_loss, y, std::vector<std::int32_t>{3, 0, 9, 3, 5}, 1.5);
    check_same(result.loss, golden("map_loss")[0], of_exponentials);
    check_same(result.gradient, golden("map_loss_gradient"), of_exponentials);
}
BOOST_AUTO_TEST_CASE(labels_out_of_range_are_refused) {
    check_rejects(map_loss, random({2, 3}, 1), std::vector<std::int32_t>{0, 3}, 1.0);
    check_rejects(map_loss, random({2, 3}, 1), std::vector<std::int32_t>{-1, 0}, 1.0);
    check_rejects(map_loss, random({2, 3}, 1), std::vector<std::int32_t>{0}, 1.0);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 10.4 ----

BOOST_AUTO_TEST_SUITE(task_10_4)

BOOST_AUTO_TEST_CASE(what_the_paper_counts) {
    check_same(student(lenet5_counts), {{"C1", 6, 28, 156, 122304},
                                        {"S2", 6, 14, 12, 5880},
                                        {"C3", 16, 10, 1516, 151600},
                                        {"S4", 16, 5, 32, 2000},
                                        {"C5", 120, 1, 48120, 48120},
                                        {"F6", 84, 1, 10164, 10164},
                                        {"OUTPUT", 10, 1, 0, 840}});
}
BOOST_AUTO_TEST_CASE(parameters_60000) {
    const NetworkTable network = student(lenet5_1998_table);
    check_same(network.parameters, 60000);
}
BOOST_AUTO_TEST_CASE(layers_of_1998) { check_same(student(lenet5_1998_table), lenet5_1998_table()); }
void check_1998(Index images) {
    const Tensor x = random({images, 1, 32, 32}, 41), dy = random({images, 10}, 42);
    check_same(student(lenet5_1998_pass, x, dy, 43), lenet5_1998_pass(x, dy, 43), through_a_network);
}
BOOST_AUTO_TEST_CASE(outputs_and_gradients_of_1998) { check_1998(2); }
BOOST_AUTO_TEST_CASE(network_of_1998_agrees_with_pytorch) {
    const Tensor x = random({2, 1, 32, 32}, 21), dy = random({2, 10}, 22);
    check_golden_pass(student(lenet5_1998_pass, x, dy, 23), "lenet5_1998", 12);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 10.5 ----

BOOST_AUTO_TEST_SUITE(task_10_5)

BOOST_AUTO_TEST_CASE(parameters_61706) {
    const NetworkTable network = student(lenet5_table);
    check_same(network.parameters, 61706);
}
BOOST_AUTO_TEST_CASE(layers_of_today) { check_same(student(lenet5_table), lenet5_table()); }
BOOST_AUTO_TEST_CASE(outputs_and_gradients_of_today) {
    const Tensor x = random({2, 1, 28, 28}, 44), dy = random({2, 10}, 45);
    check_same(student(lenet5_pass, x, dy, 46), lenet5_pass(x, dy, 46), through_a_network);
}
BOOST_AUTO_TEST_CASE(network_of_today_agrees_with_pytorch) {
    const Tensor x = random({2, 1, 28, 28}, 11), dy = random({2, 10}, 12);
    check_golden_pass(student(lenet5_pass, x, dy, 13), "lenet5", 10);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 10.6 ----

BOOST_AUTO_TEST_SUITE(task_10_6)

// Section III.B: 0.0005 for two passes, 0.0002 for three, 0.0001 for three, 0.00005 for four, 0.00001 from then on.
const std::vector<Stage> paper{{2, 0.0005}, {3, 0.0002}, {3, 0.0001}, {4, 0.00005}, {8, 0.00001}};

void check_rate(const std::vector<Stage>& schedule, Index epoch) {
    check_same(student(learning_rate, schedule, epoch), learning_rate(schedule, epoch));
}
BOOST_AUTO_TEST_CASE(rate_in_the_first_stage) {
    check_rate(paper, 0);
    check_rate(paper, 1);
}
BOOST_AUTO_TEST_CASE(rate_in_later_stages) {
    for (const Index epoch : {2, 4, 5, 7, 8, 11, 12, 19}) check_rate(paper, epoch);
}
BOOST_AUTO_TEST_CASE(rate_after_the_last_stage) {
    check_rate(paper, 20);
    check_rate({{1, 0.5}}, 7);
}
BOOST_AUTO_TEST_CASE(rate_skips_an_empty_stage) { check_rate({{1, 0.4}, {0, 0.3}, {1, 0.2}}, 1); }
BOOST_AUTO_TEST_CASE(rate_needs_a_stage) { check_rejects(learning_rate, std::vector<Stage>{}, 0); }

void check_batches(Index count, Index batch_size, std::uint32_t seed, Index epoch) {
    check_same(student(mini_batches, count, batch_size, seed, epoch), mini_batches(count, batch_size, seed, epoch));
}
BOOST_AUTO_TEST_CASE(batches_fill_exactly) { check_batches(12, 4, 5, 0); }
BOOST_AUTO_TEST_CASE(last_batch_is_smaller) { check_batches(13, 5, 6, 0); }
BOOST_AUTO_TEST_CASE(later_epochs_have_other_orders) {
    check_batches(11, 4, 7, 1);
    check_batches(11, 4, 7, 9);
}
BOOST_AUTO_TEST_CASE(batch_larger_than_everything) { check_batches(3, 64, 8, 2); }
BOOST_AUTO_TEST_CASE(no_images_no_batches) { check_batches(0, 4, 1, 0); }
BOOST_AUTO_TEST_CASE(batch_of_none_is_refused) { check_rejects(mini_batches, 4, 0, 1u, 0); }

// `count` points around `classes` centres, which a small network can learn to tell apart.
Images points(Index count, Index classes, std::uint32_t seed) {
    Engine engine(seed);
    Images images{Tensor({count, 2}), {}};
    for (Index n = 0; n < count; ++n) {
        const Index label = uniform_index(engine, classes);
        const double angle = 2 * 3.14159265 * static_cast<double>(label) / static_cast<double>(classes);
        images.x(n, 0) = normal(engine, static_cast<float>(std::cos(angle)), 0.3f);
        images.x(n, 1) = normal(engine, static_cast<float>(std::sin(angle)), 0.3f);
        images.labels.push_back(static_cast<std::int32_t>(label));
    }
    return images;
}

void check_take(const Images& images, const std::vector<Index>& numbers) {
    check_same(student(take, images, numbers), take(images, numbers));
}
BOOST_AUTO_TEST_CASE(take_in_another_order) { check_take(points(5, 3, 1), {4, 0, 2}); }
BOOST_AUTO_TEST_CASE(take_pictures) { check_take({random({4, 2, 3, 5}, 1), {3, 1, 2, 0}}, {2, 3}); }
BOOST_AUTO_TEST_CASE(take_one_twice) { check_take(points(3, 2, 1), {1, 1}); }
BOOST_AUTO_TEST_CASE(take_none) { check_take(points(3, 2, 1), {}); }

// Learner and reference run the same layers on the same batches: they differ by the rounding of a few sums only, which
// some dozens of steps make no larger than this.
constexpr Tolerance after_training{.relative = 1e-4, .absolute = 1e-5};

void check_evaluate(Index count, Index batch_size) {
    const Images images = points(count, 3, 9);
    check_same(student(evaluate_report, images, batch_size, 3, 10), evaluate_report(images, batch_size, 3, 10),
               after_training);
}
BOOST_AUTO_TEST_CASE(evaluate_one_batch) { check_evaluate(8, 8); }
BOOST_AUTO_TEST_CASE(evaluate_full_batches) { check_evaluate(12, 4); }
BOOST_AUTO_TEST_CASE(evaluate_a_smaller_last_batch) { check_evaluate(11, 4); }
BOOST_AUTO_TEST_CASE(evaluate_one_image) { check_evaluate(1, 4); }
BOOST_AUTO_TEST_CASE(evaluate_refuses_batches_of_none) { check_rejects(evaluate_report, points(4, 3, 9), 0, 3, 10u); }

void check_train(Index count, Index test_count, const TrainOptions& options) {
    const Images training = points(count, 3, 11), test = points(test_count, 3, 12);
    check_same(student(train_report, training, test, options, 3), train_report(training, test, options, 3),
               after_training);
}
BOOST_AUTO_TEST_CASE(train_one_batch) { check_train(6, 5, {.epochs = 1, .batch_size = 6}); }
BOOST_AUTO_TEST_CASE(train_several_batches) { check_train(12, 6, {.epochs = 1, .batch_size = 4, .seed = 3}); }
BOOST_AUTO_TEST_CASE(train_a_smaller_last_batch) { check_train(11, 7, {.epochs = 1, .batch_size = 4, .seed = 4}); }
BOOST_AUTO_TEST_CASE(train_several_epochs) { check_train(12, 6, {.epochs = 3, .batch_size = 4, .seed = 5}); }
BOOST_AUTO_TEST_CASE(train_by_a_schedule) {
    check_train(12, 6, {.epochs = 3, .batch_size = 4, .schedule = {{1, 0.2}, {1, 0.05}, {1, 0.01}}, .seed = 6});
}
BOOST_AUTO_TEST_CASE(train_with_momentum) {
    check_train(12, 6, {.epochs = 2, .batch_size = 4, .momentum = 0.9f, .seed = 7});
}
BOOST_AUTO_TEST_CASE(train_no_epochs) { check_train(4, 4, {.epochs = 0}); }
BOOST_AUTO_TEST_CASE(it_learns) {
    const TrainOptions options{.epochs = 8, .batch_size = 8, .schedule = {{8, 0.3}}, .momentum = 0.5f};
    const TrainReport report = student(train_report, points(60, 3, 13), points(60, 3, 14), options, 3);
    check_that(report.epochs.size() == 8, fmt::format("{} epochs, expected 8", report.epochs.size()));
    if (report.epochs.size() == 8)
        check_that(report.epochs.back().test.accuracy > 0.9,
                   fmt::format("test accuracy {:.3f} after 8 epochs, expected above 0.9: three clusters of points are "
                               "easily told apart",
                               report.epochs.back().test.accuracy));
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 10.7 ----

BOOST_AUTO_TEST_SUITE(task_10_7)

void check_sizes(const LenetOptions& options) { check_same(student(lenet_sizes, options), lenet_sizes(options)); }
BOOST_AUTO_TEST_CASE(the_default_is_lenet5) {
    check_same(student(lenet_sizes, LenetOptions{}), {{28, 14, 10, 5}, 400, 61706});
}
BOOST_AUTO_TEST_CASE(number_of_filters) { check_sizes({.filters = {12, 20}}); }
BOOST_AUTO_TEST_CASE(one_and_three_convolutions) {
    check_sizes({.filters = {8}});
    check_sizes({.filters = {4, 8, 12}, .filter_size = 3});
}
BOOST_AUTO_TEST_CASE(size_of_filters) {
    check_sizes({.filter_size = 3});
    check_sizes({.filter_size = 7});
    check_sizes({.filter_size = 1});
}
BOOST_AUTO_TEST_CASE(even_filters) { check_sizes({.filter_size = 4}); }
BOOST_AUTO_TEST_CASE(stride_of_filters) { check_sizes({.filter_size = 3, .filter_stride = 2}); }
BOOST_AUTO_TEST_CASE(pooling_window) { check_sizes({.pool_size = 3, .pool_stride = 3}); }
BOOST_AUTO_TEST_CASE(overlapping_pooling) { check_sizes({.pool_size = 3, .pool_stride = 2}); }
BOOST_AUTO_TEST_CASE(neurons) { check_sizes({.dense = {300}}); }
BOOST_AUTO_TEST_CASE(no_hidden_layer) { check_sizes({.dense = {}}); }
BOOST_AUTO_TEST_CASE(no_convolution) { check_sizes({.filters = {}, .dense = {100}}); }
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(lenet_sizes, LenetOptions{.filters = {6, 16, 32}});  // a 5×5 map has no room for 5×5 and 2×2
    check_rejects(lenet_sizes, LenetOptions{.filter_size = 11, .filter_stride = 3});
    check_rejects(lenet_sizes, LenetOptions{.pool_size = 6, .pool_stride = 6});
    // One pixel too few for the second filter: -1 / 2 is 0 in C++, not -1.
    check_rejects(lenet_sizes, LenetOptions{.filter_size = 16, .filter_stride = 2, .pool_size = 1, .pool_stride = 1});
}
BOOST_AUTO_TEST_CASE(numbers_below_one_are_refused) {
    check_rejects(lenet_sizes, LenetOptions{.filters = {6, 0}});
    check_rejects(lenet_sizes, LenetOptions{.filter_stride = 0});
    check_rejects(lenet_sizes, LenetOptions{.pool_size = 0});
    check_rejects(lenet_sizes, LenetOptions{.dense = {120, 0}});
}

void check_build(const LenetOptions& options) {
    check_same(student(build_lenet_table, options), build_lenet_table(options));
}
BOOST_AUTO_TEST_CASE(build_the_default) { check_build({}); }
BOOST_AUTO_TEST_CASE(build_other_filters) {
    check_build({.filters = {4, 8, 12}, .filter_size = 3});
    check_build({.filters = {10}, .filter_size = 5, .filter_stride = 2});
}
BOOST_AUTO_TEST_CASE(build_overlapping_pooling) { check_build({.pool_size = 3, .pool_stride = 2}); }
BOOST_AUTO_TEST_CASE(build_other_neurons) {
    check_build({.dense = {50, 40, 30}});
    check_build({.dense = {}});
}
BOOST_AUTO_TEST_CASE(build_refuses_the_impossible) {
    check_rejects(build_lenet_table, LenetOptions{.filters = {6, 16, 32}});
}
BOOST_AUTO_TEST_CASE(a_variant_computes) {
    const LenetOptions options{.filters = {3, 4}, .filter_size = 3, .pool_size = 3, .pool_stride = 2, .dense = {20}};
    const Tensor x = random({2, 1, 28, 28}, 47), dy = random({2, 10}, 48);
    check_same(student(build_lenet_pass, options, x, dy, 49), build_lenet_pass(options, x, dy, 49), through_a_network);
}

BOOST_AUTO_TEST_SUITE_END()
