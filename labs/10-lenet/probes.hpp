// How the judge looks at networks (nn/probe.hpp): each probe calls your builder or your loop and reports what came of
// it.
#pragma once
#include <functional>

#include "lenet.hpp"
#include "nn/probe.hpp"

namespace cnn::lab10 {

using nn::NetworkPass;
using nn::NetworkTable;

// 10.4, 10.5, 10.7
NetworkTable lenet5_1998_table();
NetworkPass lenet5_1998_pass(const Tensor& x, const Tensor& dy, std::uint32_t seed);
NetworkTable lenet5_table();
NetworkPass lenet5_pass(const Tensor& x, const Tensor& dy, std::uint32_t seed);
NetworkTable build_lenet_table(const LenetOptions& options);
NetworkPass build_lenet_pass(const LenetOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed);

// 10.6: a network with one hidden layer of eight neurons for x [N, D] and `classes` classes, whose middle layer halves
// its input while training, as dropout would.
nn::Sequential small_network(Index inputs, Index classes, std::uint32_t seed);

struct EvaluateReport {
    Score score;
    std::vector<Tensor> weights;  // afterwards
};
EvaluateReport evaluate_report(const Images& images, Index batch_size, Index classes, std::uint32_t seed);

struct TrainReport {
    std::vector<EpochScore> epochs;
    std::vector<Tensor> weights;  // at the end
};
TrainReport train_report(const Images& training, const Images& test, const TrainOptions& options, Index classes);
// The same for any training loop: what the judge's known mistakes are.
using TrainingLoop = std::function<std::vector<EpochScore>(nn::Layer&, const nn::Loss&, const Images&, const Images&,
                                                           const TrainOptions&)>;
TrainReport report_of(const TrainingLoop& loop, const Images& training, const Images& test, const TrainOptions& options,
                      Index classes);

}  // namespace cnn::lab10
