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
    return *this;
}

Tensor Sequential::forward(Tensor x) {
    for (auto& [name, layer] : children_) x = named(name, *layer, [&] { return layer->forward(std::move(x)); });
    return x;
}

Tensor Sequential::forward_shared(const SharedTensor& x) {
    if (children_.empty()) return *x;
    auto& [first_name, first] = children_.front();
    Tensor y = named(first_name, *first, [&] { return first->forward_shared(x); });
    for (std::size_t i = 1; i < children_.size(); ++i) {
        auto& [name, layer] = children_[i];
        y = named(name, *layer, [&] { return layer->forward(std::move(y)); });
    }
    return y;
}

Tensor Sequential::backward(Tensor dy) {
    for (std::size_t i = children_.size(); i-- > 0;) dy = backward_of(i, std::move(dy));
    return dy;
}

// What child i + 1 kept is only asked for by itself and by the activation before it, which may have lent it.
Tensor Sequential::backward_of(std::size_t i, Tensor dy) {
    auto& [name, layer] = children_[i];
    Tensor dx = named(name, *layer, [&] { return layer->backward(std::move(dy)); });
    if (i + 1 < children_.size()) children_[i + 1].layer->release();
    return dx;
}

void Sequential::release() {
    for (auto& child : children_) child.layer->release();
}

void Sequential::backward_parameters(Tensor dy) {
    if (first_learned_ == children_.size()) return;
    for (std::size_t i = children_.size(); --i > first_learned_;) dy = backward_of(i, std::move(dy));
    auto& [name, layer] = children_[first_learned_];
    named(name, *layer, [&] { layer->backward_parameters(std::move(dy)); });
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
    for (const auto& [name, layer] : children_) shape = named(name, *layer, [&] { return layer->output_shape(shape); });
    return shape;
}

Index Sequential::multiply_adds(const Shape& input) const {
    Index sum = 0;
    Shape shape = input;
    for (const auto& [name, layer] : children_) {
        sum += layer->multiply_adds(shape);
        shape = named(name, *layer, [&] { return layer->output_shape(shape); });
    }
    return sum;
}

std::vector<LayerRow> Sequential::rows(const std::string& name, const Shape& input) {
    std::vector<LayerRow> rows;
    Shape shape = input;
    for (auto& [child, layer] : children_) {
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
    for (auto& [name, layer] : children_) all.emplace_back(name, layer.get());
    return all;
}

}  // namespace cnn::nn
