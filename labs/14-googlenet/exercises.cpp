#include "grader/exercise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "nn/describe.hpp"
#include "nn/dropout.hpp"
#include "probes.hpp"

using namespace cnn::lab14;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "14",
        .topic = "googlenet",
        .title = "GoogLeNet",
        .part = "Networks",
        .tasks = {
            {"14.1",
             "Paths side by side: the naive module",
             3,
             {function(concatenate, "concatenate(parts) -> y"), function(split, "split(dy, channels) -> parts"),
              function(module_pass, "module_pass(x, dy, widths, seed) -> pass"),
              function(naive_inception_table, "naive_inception_table(channels, side) -> module"),
              function(naive_inception_pass, "naive_inception_pass(channels, x, dy, seed) -> pass")}},
            {"14.2",
             "Dimension reduction, and what it saves",
             3,
             {function(inception_table, "inception_table(channels, side) -> module"),
              function(inception_pass, "inception_pass(channels, x, dy, seed) -> pass"),
              function(convolution_cost, "convolution_cost(in, out, size, side) -> cost"),
              function(naive_cost, "naive_cost(channels, side) -> cost"),
              function(inception_cost, "inception_cost(channels, side) -> cost"),
              function(module_costs, "module_costs(modules) -> costs")}},
            {"14.3",
             "Auxiliary classifiers",
             3,
             {function(auxiliary_head_table, "auxiliary_head_table(head) -> layers"),
              function(head_parameters, "auxiliary_head(head) -> parameters"),
              function(auxiliary_head_pass, "auxiliary_head_pass(head, x, dy, seed) -> pass"),
              function(head_dropout, "head_dropout(head) -> shares"),
              function(heads_loss, "heads_loss(logits, labels, weight) -> result"),
              function(heads_pass, "heads_pass(x, dy, parts, heads, training, seed) -> pass")}},
            {"14.4",
             "Global average pooling",
             2,
             {function(global_average_pool_forward, "global_average_pool_forward(x) -> y"),
              function(global_average_pool_backward, "global_average_pool_backward(dy, x_shape) -> dx"),
              function(classifier_costs, "classifier_costs(channels, side, classes) -> costs")}},
            {"14.5",
             "GoogLeNet, 22 layers",
             4,
             {function(googlenet_table, "googlenet_table(net, heads) -> network"),
              function(small_googlenet_table, "small_googlenet_table(channels, side, classes, heads) -> network"),
              function(heads_read, "heads_read(net) -> heads"),
              function(last_layers, "last_layers(net, classes) -> layers"),
              function(googlenet_dropout, "googlenet_dropout(net) -> shares"),
              function(googlenet_outputs, "googlenet_outputs(net, x, seed) -> outputs"),
              function(small_googlenet_step, "small_googlenet_step(x, labels, seed) -> step")}},
        }};
    return table;
}

namespace cnn::lab14 {
namespace {

// A layer that counts how often it is asked.
class Counted : public nn::Layer {
public:
    explicit Counted(nn::Sequential layers) : layers_(std::move(layers)) {}
    Tensor forward(Tensor x) override {
        ++calls_;
        return layers_.forward(std::move(x));
    }
    Tensor backward(Tensor dy) override { return layers_.backward(std::move(dy)); }
    std::vector<nn::NamedParameter> parameters() override { return layers_.parameters(); }
    std::string kind() const override { return "Counted"; }
    Shape output_shape(const Shape& input) const override { return layers_.output_shape(input); }
    Index calls() const { return calls_; }

private:
    nn::Sequential layers_;
    Index calls_ = 0;
};

void keep_dropout_out(nn::Layer& layer) {
    if (dynamic_cast<nn::Dropout*>(&layer)) layer.set_training(false);
    for (auto& [name, child] : layer.children()) keep_dropout_out(*child);
}

void append_gradients(nn::Layer& layer, std::vector<Tensor>& gradients) {
    for (const auto& [name, parameter] : layer.parameters())
        if (parameter->learned) gradients.push_back(parameter->gradient);
}

// At most six numbers, evenly spread.
Tensor sample(const Tensor& x) {
    if (x.empty()) return x;
    const Index step = (x.count() + 5) / 6;
    Tensor few({(x.count() + step - 1) / step});
    for (Index i = 0; i < few.count(); ++i) few[i] = x[i * step];
    return few;
}

nn::WithHeads build(Net net, bool heads, Index classes) {
    if (net == Net::published) return googlenet_2014(classes, heads);
    if (net == Net::torchvisions) return googlenet(classes, heads);
    return small_googlenet(3, 32, classes, heads);
}
Index usual_classes(Net net) { return net == Net::small ? 10 : 1000; }
nn::WithHeads build(Net net, bool heads) { return build(net, heads, usual_classes(net)); }

// The i-th of random numbers in [-1, 1): a hash, because seven million draws of an engine take their time.
float scrambled(std::uint32_t i, std::uint32_t seed) {
    std::uint32_t x = i ^ seed * 0x9e3779b9u;
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    x ^= x >> 16;
    return static_cast<float>(x >> 8) * 0x1p-23f - 1;
}

// Weights with which numbers neither grow nor vanish on their way through 22 layers (He et al. 2015, rectifiers). Batch
// normalisation begins as everywhere, with 1 and 0.
void set_lively_weights(nn::Layer& network, std::uint32_t seed) {
    std::uint32_t at = 0;
    for (const auto& [name, parameter] : network.parameters()) {
        if (!parameter->learned) continue;
        Tensor& value = parameter->value;
        const bool normalizes = name.find(".bn.") != name.npos;
        const float filter = static_cast<float>(value.count() / std::max<Index>(value.size(0), 1));
        const float bound = value.rank() > 1 ? std::sqrt(6 / filter) : 0.1f;
        for (float& v : value.values()) {
            v = bound * scrambled(at++, seed);
            if (normalizes) v = name.ends_with("weight") ? 1.0f : 0.0f;
        }
    }
}

// What share each dropout layer drops, measured.
void measure_dropout(nn::Layer& layer, std::vector<double>& shares) {
    for (auto& [name, child] : layer.children()) measure_dropout(*child, shares);
    if (layer.kind() != "Dropout") return;
    layer.set_training(true);
    Index dropped = 0;
    const Tensor y = layer.forward(Tensor::full({20000}, 1));
    for (const float v : y.values()) dropped += v == 0;
    shares.push_back(static_cast<double>(dropped) / 20000);
}

}  // namespace

std::vector<double> dropout_of(nn::Layer& network) {
    std::vector<double> shares;
    measure_dropout(network, shares);
    return shares;
}

ModulePass module_pass_of(ModuleForward forward, ModuleBackward backward, const Tensor& x, const Tensor& dy,
                          const std::vector<Index>& widths, std::uint32_t seed) {
    std::vector<nn::Sequential> layers;
    for (const Index width : widths) {
        layers.emplace_back(nn::Conv2d(x.size(1), width, {.size = 1}), nn::Tanh());
        nn::set_weights(layers.back(), seed++);
    }
    Paths paths;
    for (nn::Sequential& path : layers) paths.push_back(&path);
    ModulePass pass{forward(paths, x), {}, {}};
    pass.dx = backward(paths, dy, widths);
    for (nn::Sequential& path : layers) append_gradients(path, pass.gradients);
    return pass;
}
ModulePass module_pass(const Tensor& x, const Tensor& dy, const std::vector<Index>& widths, std::uint32_t seed) {
    return module_pass_of(module_forward, module_backward, x, dy, widths, seed);
}

NetworkTable naive_inception_table(const Inception& channels, Index side) {
    nn::Branches module = naive_inception(channels);
    return nn::table_of(module, {1, channels.in, side, side});
}
NetworkPass naive_inception_pass(const Inception& channels, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Branches module = naive_inception(channels);
    return nn::pass_of(module, x, dy, seed);
}
NetworkTable inception_table(const Inception& channels, Index side) {
    nn::Branches module = inception(channels);
    return nn::table_of(module, {1, channels.in, side, side});
}
NetworkPass inception_pass(const Inception& channels, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Branches module = inception(channels);
    return nn::pass_of(module, x, dy, seed);
}

NetworkTable auxiliary_head_table(const Head& head) {
    nn::Sequential layers = auxiliary_head(head);
    return nn::table_of(layers, {1, head.in, head.side, head.side});
}
Index head_parameters(const Head& head) {
    nn::Sequential layers = auxiliary_head(head);
    return nn::count_parameters(layers);
}
NetworkPass auxiliary_head_pass(const Head& head, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential layers = auxiliary_head(head);
    layers.set_training(false);
    return nn::pass_of(layers, x, dy, seed);
}
std::vector<double> head_dropout(const Head& head) {
    nn::Sequential layers = auxiliary_head(head);
    return dropout_of(layers);
}

HeadsPass heads_pass_of(HeadsForward forward, HeadsBackward backward, const Tensor& x, const std::vector<Tensor>& dy,
                        Index parts, const std::vector<Index>& heads, bool training, std::uint32_t seed) {
    const Index features = x.size(1);
    std::vector<Counted> trunk, readers;
    for (Index i = 0; i < parts; ++i) trunk.emplace_back(nn::Sequential(nn::Dense(features, features), nn::Tanh()));
    for (std::size_t i = 0; i < heads.size(); ++i) readers.emplace_back(nn::Sequential(nn::Dense(features, features)));
    Trunk all{{}, std::vector<nn::Layer*>(static_cast<std::size_t>(parts), nullptr)};
    for (Counted& part : trunk) all.parts.push_back(&part), nn::set_weights(part, seed++);
    for (std::size_t i = 0; i < heads.size(); ++i) {
        all.heads.at(static_cast<std::size_t>(heads[i])) = &readers[i];
        nn::set_weights(readers[i], seed++);
    }
    HeadsPass pass{forward(all, x, training), {}, {}, {}};
    for (const Counted& head : readers) pass.calls.push_back(head.calls());
    if (!training) return pass;
    pass.dx = backward(all, dy);
    for (Counted& part : trunk) append_gradients(part, pass.gradients);
    for (Counted& head : readers) append_gradients(head, pass.gradients);
    return pass;
}
HeadsPass heads_pass(const Tensor& x, const std::vector<Tensor>& dy, Index parts, const std::vector<Index>& heads,
                     bool training, std::uint32_t seed) {
    return heads_pass_of(heads_forward, heads_backward, x, dy, parts, heads, training, seed);
}

NetworkTable table_of(nn::WithHeads network, Net net) {
    const Index side = net == Net::small ? 32 : 224;
    return nn::table_of(network, {1, 3, side, side});
}
NetworkTable googlenet_table(Net net, bool heads) { return table_of(build(net, heads), net); }

NetworkTable small_googlenet_table(Index channels, Index side, Index classes, bool heads) {
    nn::WithHeads network = small_googlenet(channels, side, classes, heads);
    return nn::table_of(network, {1, channels, side, side});
}

namespace {

// The first filters of a layer; nullptr where it has none.
Tensor* filters_of(nn::Layer& layer) {
    for (const nn::NamedParameter& named : layer.parameters())
        if (named.parameter->value.rank() == 4) return &named.parameter->value;
    return nullptr;
}
// Filters of another depth fit no maps: whoever has them refuses.
Tensor misfit(const Tensor& filters) { return Tensor({filters.size(0), filters.size(1) + 1, 1, 1}); }

}  // namespace

// When the shapes of a network are worked out, the first layer that refuses its maps is named. So the head is made to
// refuse, and one layer of the trunk after the other: the last one that is named before the head is what it reads.
std::vector<std::string> heads_read_of(nn::WithHeads network, Net net) {
    const Index side = net == Net::small ? 32 : 224;
    const Shape input{1, 3, side, side};
    network.set_training(true);
    const auto layers = network.children();
    const Index heads = network.output_shape(input)[1] / usual_classes(net) - 1;
    std::vector<std::string> read;
    for (auto head = layers.end() - heads; head != layers.end(); ++head) {
        Tensor* const of_head = filters_of(*head->second);
        if (of_head == nullptr) continue;
        const Tensor kept_of_head = std::exchange(*of_head, misfit(*of_head));
        std::string last = "nothing";
        for (auto layer = layers.begin(); layer != layers.end() - heads; ++layer) {
            Tensor* const filters = filters_of(*layer->second);
            if (filters == nullptr) continue;
            const Tensor kept = std::exchange(*filters, misfit(*filters));
            bool is_before = true;
            try {
                network.output_shape(input);
            } catch (const ShapeError& error) {
                is_before = !std::string(error.what()).starts_with(head->first + " ");
            }
            *filters = kept;
            if (!is_before) break;
            last = layer->first;
        }
        *of_head = kept_of_head;
        read.push_back(fmt::format("{} reads {}", head->first, last));
    }
    return read;
}
std::vector<std::string> heads_read(Net net) { return heads_read_of(build(net, true), net); }

std::vector<nn::LayerLine> last_layers_of(nn::WithHeads network, Net net) {
    std::vector<nn::LayerLine> last;
    for (const nn::LayerLine& line : table_of(std::move(network), net).layers)
        if (line.name == "fc" || line.name.ends_with(".fc2")) last.push_back(line);
    return last;
}
std::vector<nn::LayerLine> last_layers(Net net, Index classes) {
    return last_layers_of(build(net, true, classes), net);
}

std::vector<double> googlenet_dropout(Net net) {
    nn::WithHeads network = build(net, true);
    return dropout_of(network);
}

SampledPass outputs_of(nn::WithHeads network, const Tensor& x, std::uint32_t seed) {
    set_lively_weights(network, seed);
    network.set_training(false);
    const nn::WithoutBackward forward_only;
    return {network.forward(x), {}};
}
SampledPass googlenet_outputs(Net net, const Tensor& x, std::uint32_t seed) {
    return outputs_of(build(net, false), x, seed);
}

SampledPass step_of(nn::WithHeads network, const Tensor& x, const std::vector<std::int32_t>& labels,
                    std::uint32_t seed) {
    set_lively_weights(network, seed);
    network.set_training(true);
    keep_dropout_out(network);
    SampledPass step{network.forward(x), {}};
    network.backward_parameters(nn::with_heads(nn::softmax_cross_entropy(), 10)(step.y, labels).gradient);
    for (const auto& [name, parameter] : network.parameters())
        if (parameter->learned) step.gradients.push_back(sample(parameter->gradient));
    return step;
}
SampledPass small_googlenet_step(const Tensor& x, const std::vector<std::int32_t>& labels, std::uint32_t seed) {
    return step_of(build(Net::small, true), x, labels, seed);
}

}  // namespace cnn::lab14
