#include "nn/sequential.hpp"

#include "nn/container.hpp"

namespace cnn::nn {

using namespace detail;

Sequential& Sequential::add(std::string name, LayerPointer layer) {
    require(layer != nullptr, "Sequential: no layer was given for {}", name);
    for (const Child& child : children_)
        require(child.name != name, "Sequential: there is a layer {} already ({})", name, child.layer->kind());
    if (!children_.empty())
        if (auto* activation = dynamic_cast<Activation*>(children_.back().layer.get()))
            activation->set_next(layer.get());
    if (first_learned_ == children_.size() && layer->parameters().empty()) ++first_learned_;
    children_.push_back({std::move(name), std::move(layer)});
    return *this;
}

Tensor Sequential::forward(Tensor x) {
    for (auto& [name, layer] : children_) x = named(name, *layer, [&] { return layer->forward(std::move(x)); });
    return x;
}

Tensor Sequential::backward(Tensor dy) {
    for (std::size_t i = children_.size(); i-- > 0;) {
        auto& [name, layer] = children_[i];
        dy = named(name, *layer, [&] { return layer->backward(std::move(dy)); });
    }
    return dy;
}

void Sequential::backward_parameters(Tensor dy) {
    if (first_learned_ == children_.size()) return;
    for (std::size_t i = children_.size(); --i > first_learned_;) {
        auto& [name, layer] = children_[i];
        dy = named(name, *layer, [&] { return layer->backward(std::move(dy)); });
    }
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
