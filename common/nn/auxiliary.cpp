#include "nn/auxiliary.hpp"

#include <algorithm>

#include "kernels/activation.hpp"
#include "nn/container.hpp"
#include "nn/operators.hpp"

namespace cnn::nn {

using namespace detail;

void WithHeads::check_name(const std::string& name) {
    for (const auto& [known, layer] : children())
        require(known != name, "WithHeads: there is a layer {} already ({})", name, layer->kind());
}

WithHeads& WithHeads::add(Sequential part) {
    for (const auto& [name, layer] : part.children()) check_name(name);
    parts_.push_back({std::move(part), {}, {}});
    return *this;
}

WithHeads& WithHeads::add_head(std::string name, Sequential head) {
    check_name(name);
    require(head.size() > 0, "WithHeads: head {} has no layer", name);
    require(!parts_.empty() && parts_.back().head.size() == 0,
            "WithHeads: head {} needs a part of the trunk of its own to read", name);
    parts_.back().head_name = std::move(name), parts_.back().head = std::move(head);
    return *this;
}

Tensor WithHeads::forward_shared(const SharedTensor& x) {
    require(!parts_.empty(), "WithHeads: the trunk has no part");
    std::vector<Tensor> predictions(1);
    SharedTensor here = x;
    for (auto& [layers, name, head] : parts_) {
        here = std::make_shared<const Tensor>(layers.forward_shared(here));
        if (training_ && head.size() > 0)
            predictions.push_back(named(name, head, [&, &h = head] { return h.forward_shared(here); }));
    }
    predictions.front() = *here;
    classes_.clear();
    for (const Tensor& prediction : predictions) classes_.push_back(prediction.rank() == 2 ? prediction.size(1) : 0);
    return predictions.size() == 1 ? std::move(predictions.front()) : operators().concatenate_channels(predictions);
}

// From the gradient of the predictions to that of what the first part gives. Where the trunk splits, gradients add.
Tensor WithHeads::backward_to_first(const Tensor& dy) {
    std::vector<Tensor> gradients =
        classes_.size() > 1 ? operators().split_channels(dy, classes_) : std::vector<Tensor>{dy};
    std::size_t of_head = gradients.size();
    Tensor d = std::move(gradients.front());
    for (std::size_t i = parts_.size(); i-- > 0;) {
        if (of_head > 1 && parts_[i].head.size() > 0) {
            d = kernels::add(std::move(d), parts_[i].head.backward(std::move(gradients[--of_head])));
            parts_[i].head.release();
        }
        if (i == 0) break;
        d = parts_[i].layers.backward(std::move(d));
        parts_[i].layers.release();
    }
    return d;
}

Tensor WithHeads::backward(Tensor dy) { return parts_.front().layers.backward(backward_to_first(dy)); }

void WithHeads::backward_parameters(Tensor dy) { parts_.front().layers.backward_parameters(backward_to_first(dy)); }

void WithHeads::initialize(Engine& engine, Initialization how) {
    for (Part& part : parts_) part.layers.initialize(engine, how);
    for (Part& part : parts_) part.head.initialize(engine, how);
}

void WithHeads::release() {
    for (Part& part : parts_) part.layers.release(), part.head.release();
}

std::vector<NamedParameter> WithHeads::parameters() { return gather(children()); }

Shape WithHeads::output_shape(const Shape& input) const {
    Shape shape = input;
    Index classes = 0;
    for (const Part& part : parts_) {
        shape = part.layers.output_shape(shape);
        if (training_ && part.head.size() > 0)
            classes += named(part.head_name, part.head, [&] { return part.head.output_shape(shape); })[1];
    }
    return classes == 0 ? shape : Shape{shape[0], shape[1] + classes};
}

Index WithHeads::multiply_adds(const Shape& input) const {
    Index sum = 0;
    Shape shape = input;
    for (const Part& part : parts_) {
        sum += part.layers.multiply_adds(shape);
        shape = part.layers.output_shape(shape);
        sum += part.head.multiply_adds(shape);
    }
    return sum;
}

std::vector<LayerRow> WithHeads::rows(const std::string& name, const Shape& input) {
    std::vector<LayerRow> trunk, heads;
    Shape shape = input;
    for (auto& [layers, head_name, head] : parts_) {
        append(trunk, layers.rows(name, shape));
        shape = layers.output_shape(shape);
        if (head.size() > 0)
            append(heads, named(head_name, head,
                                [&, &name_of = head_name, &h = head] { return h.rows(join(name, name_of), shape); }));
    }
    append(trunk, std::move(heads));
    return trunk;
}

void WithHeads::set_training(bool training) {
    training_ = training;
    for (Part& part : parts_) part.layers.set_training(training), part.head.set_training(training);
}

std::vector<std::pair<std::string, Layer*>> WithHeads::children() {
    std::vector<std::pair<std::string, Layer*>> all;
    for (Part& part : parts_)
        for (auto& child : part.layers.children()) all.push_back(child);
    for (Part& part : parts_)
        if (part.head.size() > 0) all.emplace_back(part.head_name, &part.head);
    return all;
}

Loss with_heads(Loss loss, Index classes, double weight) {
    const auto weighted = [loss, classes, weight](const Tensor& prediction, Labels labels) {
        require(classes > 0 && prediction.rank() == 2 && prediction.size(1) > 0 && prediction.size(1) % classes == 0,
                "with_heads: expected predictions [N, a multiple of {} classes], got {}", classes, prediction.shape());
        const std::vector<Index> widths(static_cast<std::size_t>(prediction.size(1) / classes), classes);
        std::vector<Tensor> gradients;
        LossResult sum;
        for (const Tensor& one : operators().split_channels(prediction, widths)) {
            LossResult result = loss(one, labels);
            const bool of_trunk = gradients.empty();
            if (of_trunk) sum.correct = result.correct;
            sum.loss += of_trunk ? result.loss : weight * result.loss;
            gradients.push_back(of_trunk ? std::move(result.gradient)
                                         : std::move(result.gradient *= static_cast<float>(weight)));
        }
        sum.gradient = operators().concatenate_channels(gradients);
        return sum;
    };
    return Loss(weighted, [loss](Tensor prediction) { return loss.probabilities(std::move(prediction)); });
}

}  // namespace cnn::nn
