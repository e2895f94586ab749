#include "kernels/activation.hpp"

#include <algorithm>

#include "kernels/elements.hpp"
#include "kernels/parallel.hpp"
#include "kernels/rows.hpp"
#include "tensor/error.hpp"

namespace cnn::kernels {
namespace {

constexpr Index chunk = 4096;  // elements that an item works on

// f(first, count) for chunks of `count` elements; `work` is the cost of one element.
template <class F>
void in_chunks(Index count, Index work, const F& f) {
    parallel(divide_up(count, chunk), chunk * work,
             [&](Index item) { f(item * chunk, std::min(chunk, count - item * chunk)); });
}

Tensor forward(Curve curve, Tensor x) {
    in_chunks(x.count(), curve == Curve::relu ? 1 : 16,
              [&](Index first, Index count) { apply(curve, count, x.data() + first); });
    return x;
}

Tensor backward(Curve curve, std::string_view name, Tensor dy, const Tensor& y) {
    require(dy.shape() == y.shape(), "{}: dy is {}, y is {}", name, dy.shape(), y.shape());
    in_chunks(y.count(), 1,
              [&](Index first, Index count) { apply_slope(curve, y.data() + first, count, dy.data() + first); });
    return dy;
}

}  // namespace

Tensor relu_forward(Tensor x) { return forward(Curve::relu, std::move(x)); }
Tensor tanh_forward(Tensor x) { return forward(Curve::tanh, std::move(x)); }
Tensor sigmoid_forward(Tensor x) { return forward(Curve::sigmoid, std::move(x)); }
Tensor scaled_tanh_forward(Tensor x) { return forward(Curve::scaled_tanh, std::move(x)); }

Tensor relu_backward(Tensor dy, const Tensor& y) { return backward(Curve::relu, "relu", std::move(dy), y); }
Tensor tanh_backward(Tensor dy, const Tensor& y) { return backward(Curve::tanh, "tanh", std::move(dy), y); }
Tensor sigmoid_backward(Tensor dy, const Tensor& y) { return backward(Curve::sigmoid, "sigmoid", std::move(dy), y); }
Tensor scaled_tanh_backward(Tensor dy, const Tensor& y) {
    return backward(Curve::scaled_tanh, "scaled_tanh", std::move(dy), y);
}

Tensor add(Tensor a, const Tensor& b) {
    require(a.shape() == b.shape(), "add: shapes {} and {} differ", a.shape(), b.shape());
    in_chunks(a.count(), 1, [&](Index first, Index count) { add(b.data() + first, count, a.data() + first); });
    return a;
}
Tensor add_relu(Tensor a, const Tensor& b) {
    require(a.shape() == b.shape(), "add_relu: shapes {} and {} differ", a.shape(), b.shape());
    in_chunks(a.count(), 1, [&](Index first, Index count) { add_relu(b.data() + first, count, a.data() + first); });
    return a;
}

}  // namespace cnn::kernels
