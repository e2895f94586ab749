// How the judge looks at networks: a network does not travel between judge and worker, but tables, numbers and
// gradients do. Each probe calls your builder or your loop and reports what came of it.
#pragma once
#include <functional>

#include "lenet.hpp"

namespace cnn::lab10 {

struct LayerLine {
    std::string name, kind;     // "0", "Conv2d"
    std::vector<Index> output;  // shape of what it gives for one image
    Index parameters;
};
struct NetworkTable {
    std::vector<LayerLine> layers;
    std::vector<std::string> weights;  // names of the learned parameters, as they stand in a file
    Index parameters;                  // of all layers together
};
NetworkTable table_of(nn::Layer& network, const Shape& input);

// One forward and one backward pass with weights drawn from `seed` (see set_weights).
struct NetworkPass {
    Tensor y, dx;
    std::vector<Tensor> gradients;  // of the learned parameters, in their order
};
NetworkPass pass_of(nn::Layer& network, const Tensor& x, const Tensor& dy, std::uint32_t seed);

// Learned parameters, in their order, become uniform in ±1/√(numbers in one filter); vectors uniform in ±0.5. The
// golden values were made with the same numbers.
void set_weights(nn::Layer& network, std::uint32_t seed);

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
std::vector<Tensor> weights_of(nn::Layer& network);

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
