#include "nn/sequential.hpp"

#include <algorithm>

#include "nn/container.hpp"

namespace cnn::nn {

using namespace detail;

namespace {

// Lets neighbors spare each other work.
void introduce(Layer& first, Layer& second) {
    if (auto* row = dynamic_cast<Sequential*>(&first); row && row->size() > 0)
        introduce((*row)[row->size() - 1], second);
    if (auto* activation = dynamic_cast<Activation*>(&first)) activation->set_next(&second);
    auto* rectifying = dynamic_cast<Rectifying*>(&first);
    auto* relu = dynamic_cast<ReLU*>(&second);
    if (rectifying && relu) rectifying->set_rectified(), relu->set_previous(rectifying);
}

bool learns(Layer& layer) {
    return std::ranges::any_of(layer.parameters(), [](const NamedParameter& p) { return p.parameter->learned; });
}

}  // namespace

Sequential& Sequential::add(std::string name, LayerPointer layer) {
    require(layer != nullptr, "Sequential: no layer was given for {}", name);
    for (const Child& child : children_)
        require(child.name != name, "Sequential: there is a layer {} already ({})", name, child.layer->kind());
    if (!children_.empty()) introduce(*children_.back().layer, *layer);
    if (first_learned_ == children_.size() && !learns(*layer)) ++first_learned_;
    children_.push_back({std::move(name), std::move(layer)});
    find_stage();
    return *this;
}

// Whether the last three children make one.
void Sequential::find_stage() {
    if (children_.size() < stage_size) return;
    const auto last = children_.end();
    const auto* pool = dynamic_cast<MaxPool2d*>((last - 1)->layer.get());
    if (pool && pool->halves() && dynamic_cast<ReLU*>((last - 2)->layer.get()))
        (last - 3)->stage = dynamic_cast<Conv2d*>((last - 3)->layer.get());
}

Tensor Sequential::forward_of(std::size_t& i, const SharedTensor& x) {
    Child& child = children_[i];
    child.fused = child.stage && child.stage->fuses_stage(x->shape());
    i += child.fused ? stage_size : 1;
    return named(child.name, *child.layer,
                 [&] { return child.fused ? child.stage->forward_stage(x) : child.layer->forward_shared(x); });
}

Tensor Sequential::forward_of(std::size_t& i, Tensor x) {
    if (children_[i].stage) return forward_of(i, std::make_shared<const Tensor>(std::move(x)));
    auto& [name, layer, stage, fused] = children_[i++];
    return named(name, *layer, [&] { return layer->forward(std::move(x)); });
}

Tensor Sequential::forward(Tensor x) {
    for (std::size_t i = 0; i < children_.size();) x = forward_of(i, std::move(x));
    return x;
}

Tensor Sequential::forward_shared(const SharedTensor& x) {
    if (children_.empty()) return *x;
    std::size_t i = 0;
    Tensor y = forward_of(i, x);
    while (i < children_.size()) y = forward_of(i, std::move(y));
    return y;
}

Tensor Sequential::backward(Tensor dy) {
    for (std::size_t i = children_.size(); i > 0;) {
        i = begin_of(i - 1);
        dy = backward_of(i, std::move(dy));
    }
    return dy;
}

std::size_t Sequential::begin_of(std::size_t i) const {
    return i + 1 >= stage_size && children_[i + 1 - stage_size].fused ? i + 1 - stage_size : i;
}

// What child i + 1 kept is only asked for by itself and by the activation before it, which may have lent it.
Tensor Sequential::backward_of(std::size_t i, Tensor dy) {
    Child& child = children_[i];
    Tensor dx = named(child.name, *child.layer, [&] {
        return child.fused ? child.stage->backward_stage(dy, true) : child.layer->backward(std::move(dy));
    });
    if (const std::size_t next = i + (child.fused ? stage_size : 1); next < children_.size())
        children_[next].layer->release();
    return dx;
}

void Sequential::release() {
    for (auto& child : children_) child.layer->release();
}

void Sequential::backward_parameters(Tensor dy) {
    if (first_learned_ == children_.size()) return;
    std::size_t i = begin_of(children_.size() - 1);
    for (; i > first_learned_; i = begin_of(i - 1)) dy = backward_of(i, std::move(dy));
    Child& first = children_[i];
    named(first.name, *first.layer, [&] {
        first.fused ? void(first.stage->backward_stage(dy, false)) : first.layer->backward_parameters(std::move(dy));
    });
}

void Sequential::initialize(Engine& engine, Initialization how) {
    for (auto& child : children_) child.layer->initialize(engine, how);
}

const Tensor* Sequential::kept_input() const {
    return children_.empty() ? nullptr : children_.front().layer->kept_input();
}

std::vector<NamedParameter> Sequential::parameters() { return gather(children()); }

Shape Sequential::output_shape(const Shape& input) const {
    Shape shape = input;
    for (const auto& [name, layer, stage, fused] : children_)
        shape = named(name, *layer, [&] { return layer->output_shape(shape); });
    return shape;
}

Index Sequential::multiply_adds(const Shape& input) const {
    Index sum = 0;
    Shape shape = input;
    for (const auto& [name, layer, stage, fused] : children_) {
        sum += layer->multiply_adds(shape);
        shape = named(name, *layer, [&] { return layer->output_shape(shape); });
    }
    return sum;
}

std::vector<LayerRow> Sequential::rows(const std::string& name, const Shape& input) {
    std::vector<LayerRow> rows;
    Shape shape = input;
    for (auto& [child, layer, stage, fused] : children_) {
        append(rows, named(child, *layer, [&] { return layer->rows(join(name, child), shape); }));
        shape = layer->output_shape(shape);
    }
    return rows;
}

void Sequential::set_training(bool training) {
    for (auto& child : children_) child.layer->set_training(training);
}

std::vector<std::pair<std::string, Layer*>> Sequential::children() {
    std::vector<std::pair<std::string, Layer*>> all;
    for (auto& [name, layer, stage, fused] : children_) all.emplace_back(name, layer.get());
    return all;
}

}  // namespace cnn::nn
