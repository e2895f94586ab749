#include "grader/exercise.hpp"

#include "nn/layers.hpp"
#include "probes.hpp"

using namespace cnn::lab10;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "10",
        .topic = "lenet",
        .title = "LeNet",
        .part = "Networks",
        .tasks = {
            {"10.1",
             "C3 sees some maps of S2",
             2,
             {function(connection_table, "connection_table() -> table"),
              function(spread_filters, "spread_filters(w, table) -> all"),
              function(gather_filters, "gather_filters(all, table) -> w")}},
            {"10.2",
             "Trainable subsampling",
             3,
             {function(subsample_forward, "subsample_forward(x, a, b) -> y"),
              function(subsample_backward, "subsample_backward(dy, x, a) -> gradients")}},
            {"10.3",
             "Distances to code words, and their loss",
             3,
             {function(digit_codes, "digit_codes() -> codes"), function(rbf_forward, "rbf_forward(x, w) -> y"),
              function(rbf_backward, "rbf_backward(dy, x, w) -> dx"),
              function(map_loss, "map_loss(y, labels, j) -> result")}},
            {"10.4",
             "LeNet-5 as published",
             2,
             {function(lenet5_counts, "lenet5_counts() -> layers"),
              function(lenet5_1998_table, "lenet5_1998_table() -> network"),
              function(lenet5_1998_pass, "lenet5_1998_pass(x, dy, seed) -> pass")},
             {"10.1", "10.2", "10.3"}},
            {"10.5",
             "LeNet-5 as it is built today",
             1,
             {function(lenet5_table, "lenet5_table() -> network"),
              function(lenet5_pass, "lenet5_pass(x, dy, seed) -> pass")}},
            {"10.6",
             "The training loop",
             3,
             {function(learning_rate, "learning_rate(schedule, epoch) -> rate"),
              function(mini_batches, "mini_batches(count, batch_size, seed, epoch) -> batches"),
              function(take, "take(images, numbers) -> batch"),
              function(evaluate_report, "evaluate(images, batch_size, classes, seed) -> report"),
              function(train_report, "train(training, test, options, classes) -> report")}},
            {"10.7",
             "Hyperparameters",
             2,
             {function(lenet_sizes, "lenet_sizes(options) -> sizes"),
              function(build_lenet_table, "build_lenet_table(options) -> network"),
              function(build_lenet_pass, "build_lenet_pass(options, x, dy, seed) -> pass")}},
        }};
    return table;
}

namespace cnn::lab10 {
namespace {

const Shape image_1998{1, 1, 32, 32}, image_today{1, 1, 28, 28};

}  // namespace

NetworkTable lenet5_1998_table() {
    nn::Sequential network = lenet5_1998();
    return table_of(network, image_1998);
}
NetworkPass lenet5_1998_pass(const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential network = lenet5_1998();
    return pass_of(network, x, dy, seed);
}
NetworkTable lenet5_table() {
    nn::Sequential network = lenet5();
    return table_of(network, image_today);
}
NetworkPass lenet5_pass(const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential network = lenet5();
    return pass_of(network, x, dy, seed);
}
NetworkTable build_lenet_table(const LenetOptions& options) {
    nn::Sequential network = build_lenet(options);
    return table_of(network, image_today);
}
NetworkPass build_lenet_pass(const LenetOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential network = build_lenet(options);
    return pass_of(network, x, dy, seed);
}

nn::Sequential small_network(Index inputs, Index classes, std::uint32_t seed) {
    nn::Sequential network(nn::Dense(inputs, 8), nn::Tanh(), nn::HalfWhileTraining(), nn::Dense(8, classes));
    set_weights(network, seed);
    return network;
}

EvaluateReport evaluate_report(const Images& images, Index batch_size, Index classes, std::uint32_t seed) {
    nn::Sequential network = small_network(images.x.size(1), classes, seed);
    const Score score = evaluate(network, nn::softmax_cross_entropy(), images, batch_size);
    return {score, weights_of(network)};
}

TrainReport report_of(const TrainingLoop& loop, const Images& training, const Images& test, const TrainOptions& options,
                      Index classes) {
    nn::Sequential network = small_network(training.x.size(1), classes, options.seed + 1000);
    std::vector<EpochScore> epochs = loop(network, nn::softmax_cross_entropy(), training, test, options);
    return {std::move(epochs), weights_of(network)};
}

TrainReport train_report(const Images& training, const Images& test, const TrainOptions& options, Index classes) {
    return report_of(train, training, test, options, classes);
}

}  // namespace cnn::lab10
