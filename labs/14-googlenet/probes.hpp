// How the judge looks at layers and networks (nn/probe.hpp): each probe calls your functions and reports what came of
// it.
#pragma once
#include "googlenet.hpp"
#include "nn/probe.hpp"

namespace cnn::lab14 {

using nn::NetworkPass;
using nn::NetworkTable;

// 14.1: your module_forward and module_backward over paths that are smooth: for each entry of `widths` a 1×1
// convolution to so many maps and a tanh, with weights drawn from `seed`.
struct ModulePass {
    Tensor y, dx;
    std::vector<Tensor> gradients;  // of the paths' weights and biases
};
ModulePass module_pass(const Tensor& x, const Tensor& dy, const std::vector<Index>& widths, std::uint32_t seed);
// The same with other functions: what the judge's known mistakes are.
using ModuleForward = Tensor (*)(const Paths& paths, const Tensor& x);
using ModuleBackward = Tensor (*)(const Paths& paths, const Tensor& dy, const std::vector<Index>& channels);
ModulePass module_pass_of(ModuleForward forward, ModuleBackward backward, const Tensor& x, const Tensor& dy,
                          const std::vector<Index>& widths, std::uint32_t seed);

// 14.1, 14.2: layers, parameters, outputs and gradients of your modules.
NetworkTable naive_inception_table(const Inception& channels, Index side);
NetworkPass naive_inception_pass(const Inception& channels, const Tensor& x, const Tensor& dy, std::uint32_t seed);
NetworkTable inception_table(const Inception& channels, Index side);
NetworkPass inception_pass(const Inception& channels, const Tensor& x, const Tensor& dy, std::uint32_t seed);

// 14.3
NetworkTable auxiliary_head_table(const Head& head);
// Built, and not shown any input: a head that cannot be is refused here.
Index head_parameters(const Head& head);
// In evaluation, or in training without dropout's chance: it is left in evaluation mode, which is all that differs.
NetworkPass auxiliary_head_pass(const Head& head, const Tensor& x, const Tensor& dy, std::uint32_t seed);
// What share of its input each dropout layer drops in training, measured over 20,000 numbers.
std::vector<double> dropout_of(nn::Layer& network);
std::vector<double> head_dropout(const Head& head);

// Your heads_forward and heads_backward over a trunk of dense layers with tanh: x [N, D], `parts` of them; heads read
// the parts whose number (from 0) stands in `heads`.
struct HeadsPass {
    std::vector<Tensor> predictions;  // of heads_forward
    Tensor dx;                        // of heads_backward; empty in evaluation
    std::vector<Tensor> gradients;    // of all weights, the trunk's first; empty in evaluation
    std::vector<Index> calls;         // how often each head was run forward
};
HeadsPass heads_pass(const Tensor& x, const std::vector<Tensor>& dy, Index parts, const std::vector<Index>& heads,
                     bool training, std::uint32_t seed);
using HeadsForward = std::vector<Tensor> (*)(const Trunk& trunk, const Tensor& x, bool training);
using HeadsBackward = Tensor (*)(const Trunk& trunk, const std::vector<Tensor>& dy);
HeadsPass heads_pass_of(HeadsForward forward, HeadsBackward backward, const Tensor& x, const std::vector<Tensor>& dy,
                        Index parts, const std::vector<Index>& heads, bool training, std::uint32_t seed);

// 14.5: which of the networks.
enum class Net { published, torchvisions, small };
// Layers and parameters; small: for images [3, 32, 32] and ten classes, otherwise a thousand.
NetworkTable googlenet_table(Net net, bool heads);
NetworkTable table_of(nn::WithHeads network, Net net);

// The small one for images [channels, side, side].
NetworkTable small_googlenet_table(Index channels, Index side, Index classes, bool heads);

// What each head of a network with heads reads: "aux1 reads inception4a", the last layer of the trunk before it.
std::vector<std::string> heads_read(Net net);
std::vector<std::string> heads_read_of(nn::WithHeads network, Net net);

// The layers that answer, of a network with heads for so many classes: the trunk's fc, then each head's fc2.
std::vector<nn::LayerLine> last_layers(Net net, Index classes);
std::vector<nn::LayerLine> last_layers_of(nn::WithHeads network, Net net);

// With heads: the trunk's share first.
std::vector<double> googlenet_dropout(Net net);

// Predictions of a network with weights drawn from `seed`, and a few numbers of the gradients: of every learned
// parameter at most six, evenly spread. In evaluation the predictions are all.
struct SampledPass {
    Tensor y;
    std::vector<Tensor> gradients;
};
SampledPass googlenet_outputs(Net net, const Tensor& x, std::uint32_t seed);
SampledPass outputs_of(nn::WithHeads network, const Tensor& x, std::uint32_t seed);
// The small network in training, with its head and heads_loss's weight of 0.3, but without dropout.
SampledPass small_googlenet_step(const Tensor& x, const std::vector<std::int32_t>& labels, std::uint32_t seed);
SampledPass step_of(nn::WithHeads network, const Tensor& x, const std::vector<std::int32_t>& labels,
                    std::uint32_t seed);

}  // namespace cnn::lab14
