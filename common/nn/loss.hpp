// What a network is trained to make small.
#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "tensor/tensor.hpp"

namespace cnn::nn {

using Labels = std::span<const std::int32_t>;

struct LossResult {
    double loss = 0;    // mean over the batch
    Tensor gradient;    // ∂loss/∂prediction, in the prediction's shape
    Index correct = 0;  // rows of the batch that were classified right
};

// Any function of (prediction, labels) that returns a LossResult plugs into the trainer. `probabilities` turns a
// prediction into what the network believes, [N, classes]: its answer is the largest of a row. Softmax of the
// prediction unless given.
class Loss {
public:
    using Function = std::function<LossResult(const Tensor& prediction, Labels labels)>;
    using Probabilities = std::function<Tensor(Tensor prediction)>;

    template <class F>
    requires(std::is_invocable_r_v<LossResult, F&, const Tensor&, Labels> && !std::same_as<std::decay_t<F>, Loss>)
        Loss(F function)
        : function_(std::move(function)) {}
    Loss(Function function, Probabilities probabilities)
        : function_(std::move(function)), probabilities_(std::move(probabilities)) {}

    LossResult operator()(const Tensor& prediction, Labels labels) const { return function_(prediction, labels); }
    Tensor probabilities(Tensor prediction) const;

private:
    Function function_;
    Probabilities probabilities_;
};

// The same for a function that gives value and gradient and nothing else. Right are the rows of the prediction
// [N, classes] whose largest number stands at their label (of equal ones, the first counts).
struct ValueAndGradient {
    double value;
    Tensor gradient;
};
Loss counted(std::function<ValueAndGradient(const Tensor& prediction, Labels labels)> function);

// -log softmax(prediction)[label], through the table of operators: prediction [N, classes].
Loss softmax_cross_entropy();

}  // namespace cnn::nn
