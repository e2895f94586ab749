// Tasks 10.4 to 10.7: whole networks, and the loop that trains them.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab10;
using namespace cnn::grader;

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
BOOST_AUTO_TEST_CASE(batch_of_none_is_refused) {
    check_rejects(mini_batches, 4, 0, 1u, 0);
    check_rejects(mini_batches, 4, -1, 1u, 0);
}
BOOST_AUTO_TEST_CASE(batches_of_one) { check_batches(3, 1, 2, 0); }

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
BOOST_AUTO_TEST_CASE(evaluate_refuses_batches_of_none) {
    check_rejects(evaluate_report, points(4, 3, 9), 0, 3, 10u);
    check_rejects(evaluate_report, points(4, 3, 9), -1, 3, 10u);
}

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
const std::vector<LenetOptions> with_numbers_below_one{
    {.filters = {6, 0}},  {.filters = {0, 16}}, {.filters = {-6}},  {.filter_size = 0},  {.filter_size = -1},
    {.filter_stride = 0}, {.pool_size = 0},     {.pool_stride = 0}, {.dense = {120, 0}}, {.dense = {-1}}};
BOOST_AUTO_TEST_CASE(numbers_below_one_are_refused) {
    for (const LenetOptions& options : with_numbers_below_one) check_rejects(lenet_sizes, options);
    // Also where there is no convolution that they belong to.
    check_rejects(lenet_sizes, LenetOptions{.filters = {}, .filter_stride = 0});
    check_rejects(lenet_sizes, LenetOptions{.filters = {}, .pool_size = 0});
}
BOOST_AUTO_TEST_CASE(windows_that_just_fit) {
    check_sizes({.filters = {6, 16}, .filter_size = 15, .pool_size = 1, .pool_stride = 1});  // 28, then 14
    check_sizes({.filters = {3}, .filter_size = 1, .pool_size = 28, .pool_stride = 1});
    check_sizes({.filters = {3}, .filter_size = 28, .pool_size = 29, .pool_stride = 5});  // padded by 14: 29
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
    for (const LenetOptions& options : with_numbers_below_one) check_rejects(build_lenet_table, options);
}
BOOST_AUTO_TEST_CASE(a_variant_computes) {
    const LenetOptions options{.filters = {3, 4}, .filter_size = 3, .pool_size = 3, .pool_stride = 2, .dense = {20}};
    const Tensor x = random({2, 1, 28, 28}, 47), dy = random({2, 10}, 48);
    check_same(student(build_lenet_pass, options, x, dy, 49), build_lenet_pass(options, x, dy, 49), through_a_network);
}

BOOST_AUTO_TEST_SUITE_END()
