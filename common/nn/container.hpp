// What all containers do in the same way.
#pragma once
#include <fmt/format.h>

#include <iterator>

#include "nn/layer.hpp"

namespace cnn::nn::detail {

using Children = std::vector<std::pair<std::string, Layer*>>;

// Runs f; a ShapeError from it then begins with the layer it came from.
template <class F>
auto named(const std::string& name, const Layer& layer, F f) {
    try {
        return f();
    } catch (const ShapeError& error) {
        throw ShapeError(fmt::format("{}{}{}: {}", name, name.empty() ? "" : " ", layer.kind(), error.what()));
    }
}

// "features", "0" → "features.0"; an empty part adds nothing.
inline std::string join(const std::string& prefix, const std::string& name) {
    return prefix.empty() || name.empty() ? prefix + name : prefix + "." + name;
}

inline std::vector<NamedParameter> gather(const Children& children) {
    std::vector<NamedParameter> all;
    for (const auto& [prefix, layer] : children)
        for (auto& [name, parameter] : layer->parameters()) all.push_back({join(prefix, name), parameter});
    return all;
}

inline void append(std::vector<LayerRow>& rows, std::vector<LayerRow> more) {
    rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace cnn::nn::detail
