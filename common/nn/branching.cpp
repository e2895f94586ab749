#include "nn/branching.hpp"

#include <algorithm>

#include "nn/container.hpp"
#include "nn/operators.hpp"
#include "tensor/parallel.hpp"
#include "terminal/text.hpp"

namespace cnn::nn {

using namespace detail;

namespace {

// The same numbers; images are copied on all cores.
Tensor copy_of(const Tensor& x) {
    Tensor y = Tensor::uninitialized(x.shape());
    const Index images = x.size(0), image = x.count() / std::max<Index>(images, 1);
    parallel_for(0, images, [&](Index n) { std::copy_n(x.data() + n * image, image, y.data() + n * image); });
    return y;
}

// The shape of feature maps laid one behind the other along the channels; they must agree in everything else.
using NamedShapes = std::vector<std::pair<std::string, Shape>>;
Shape concatenated(const NamedShapes& paths) {
    require(!paths.empty(), "Branches: there is no path");
    const Shape& first = paths.front().second;
    std::vector<Index> whole(first.sizes().begin(), first.sizes().end());
    require(whole.size() >= 2, "Branches: expected [N, C, …], got {}", first);
    for (const auto& [name, shape] : std::span(paths).subspan(1)) {
        bool fits = shape.rank() == first.rank();
        for (int axis = 0; fits && axis < shape.rank(); ++axis) fits = axis == 1 || shape[axis] == first[axis];
        require(fits, "Branches: {} ends in {}, {} in {}; they may differ in their channels only", paths.front().first,
                first, name, shape);
        whole[1] += shape[1];
    }
    return Shape(whole);
}

}  // namespace

// ---- Residual

Residual::Residual(Sequential body, Sequential shortcut, std::string shortcut_name)
    : body_(std::move(body)), shortcut_(std::move(shortcut)), shortcut_name_(std::move(shortcut_name)) {}

Tensor Residual::forward(Tensor x) { return forward_shared(std::make_shared<const Tensor>(std::move(x))); }

Tensor Residual::forward_shared(const SharedTensor& x) {
    x_.keep(x);
    rectified_ = relu_follows_ && operators().relu_forward == kernels::relu_forward;
    const auto sum = rectified_ ? kernels::add_relu : kernels::add;
    Tensor y = body_.forward_shared(x);
    // An empty shortcut is the identity.
    return shortcut_.size() == 0 ? sum(std::move(y), *x) : sum(std::move(y), shortcut_.forward_shared(x));
}

Tensor Residual::backward(Tensor dy) {
    Tensor dx = body_.backward(copy_of(dy));
    return kernels::add(std::move(dx), shortcut_.backward(std::move(dy)));
}

void Residual::backward_parameters(Tensor dy) {
    body_.backward_parameters(dy);
    shortcut_.backward_parameters(std::move(dy));
}

void Residual::release() { x_.forget(), body_.release(), shortcut_.release(); }

void Residual::initialize(Engine& engine, Initialization how) {
    body_.initialize(engine, how);
    shortcut_.initialize(engine, how);
}

std::vector<NamedParameter> Residual::parameters() { return gather(children()); }

Shape Residual::output_shape(const Shape& input) const {
    const Shape body = body_.output_shape(input), shortcut = shortcut_.output_shape(input);
    require(body == shortcut, "the body makes {} of {}, the shortcut {}", body, input, shortcut);
    return body;
}

Index Residual::multiply_adds(const Shape& input) const {
    return body_.multiply_adds(input) + shortcut_.multiply_adds(input);
}

std::vector<LayerRow> Residual::rows(const std::string& name, const Shape& input) {
    std::vector<LayerRow> rows = body_.rows(name, input);
    append(rows, shortcut_.rows(join(name, shortcut_name_), input));
    rows.push_back({name, kind(), "body + shortcut", output_shape(input), 0, 0});
    return rows;
}

void Residual::set_training(bool training) {
    body_.set_training(training);
    shortcut_.set_training(training);
}

std::vector<std::pair<std::string, Layer*>> Residual::children() {
    return {{"", &body_}, {shortcut_name_, &shortcut_}};
}

// ---- Branches

Branches& Branches::add(std::string name, Sequential path) {
    for (const auto& known : paths_) require(known.first != name, "Branches: there is a path {} already", name);
    paths_.emplace_back(std::move(name), std::move(path));
    return *this;
}

Tensor Branches::forward(Tensor x) { return forward_shared(std::make_shared<const Tensor>(std::move(x))); }

Tensor Branches::forward_shared(const SharedTensor& x) {
    require(!paths_.empty(), "Branches: there is no path");
    x_.keep(x);
    std::vector<Tensor> parts;
    channels_.clear();
    for (auto& [name, path] : paths_) {
        parts.push_back(named(name, path, [&] { return path.forward_shared(x); }));
        channels_.push_back(parts.back().rank() >= 2 ? parts.back().size(1) : 0);
    }
    return operators().concatenate_channels(parts);
}

void Branches::release() {
    x_.forget();
    for (auto& [name, path] : paths_) path.release();
}

Tensor Branches::backward(Tensor dy) {
    std::vector<Tensor> parts = operators().split_channels(dy, channels_);
    dy = Tensor();
    Tensor dx = paths_.front().second.backward(std::move(parts.front()));
    for (std::size_t i = 1; i < paths_.size(); ++i)
        dx = kernels::add(std::move(dx), paths_[i].second.backward(std::move(parts[i])));
    return dx;
}

void Branches::backward_parameters(Tensor dy) {
    std::vector<Tensor> parts = operators().split_channels(dy, channels_);
    for (std::size_t i = 0; i < paths_.size(); ++i) paths_[i].second.backward_parameters(std::move(parts[i]));
}

void Branches::initialize(Engine& engine, Initialization how) {
    for (auto& [name, path] : paths_) path.initialize(engine, how);
}

std::vector<NamedParameter> Branches::parameters() { return gather(children()); }

Shape Branches::output_shape(const Shape& input) const {
    NamedShapes shapes;
    for (const auto& [name, path] : paths_)
        shapes.emplace_back(name, named(name, path, [&] { return path.output_shape(input); }));
    return concatenated(shapes);
}

Index Branches::multiply_adds(const Shape& input) const {
    Index sum = 0;
    for (const auto& [name, path] : paths_) sum += path.multiply_adds(input);
    return sum;
}

std::vector<LayerRow> Branches::rows(const std::string& name, const Shape& input) {
    std::vector<LayerRow> rows;
    for (auto& [path_name, path] : paths_) append(rows, path.rows(join(name, path_name), input));
    Index parameters = 0;
    for (const LayerRow& row : rows) parameters += row.parameters;
    rows.push_back(
        {name, kind(),
         fmt::format("{} paths, concatenated: {} parameters", paths_.size(), terminal::thousands(parameters)),
         output_shape(input), 0, 0});
    return rows;
}

void Branches::set_training(bool training) {
    for (auto& [name, path] : paths_) path.set_training(training);
}

std::vector<std::pair<std::string, Layer*>> Branches::children() {
    std::vector<std::pair<std::string, Layer*>> all;
    for (auto& [name, path] : paths_) all.emplace_back(name, &path);
    return all;
}

}  // namespace cnn::nn
