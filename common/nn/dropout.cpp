#include "nn/dropout.hpp"

#include <fmt/format.h>

#include "nn/operators.hpp"

namespace cnn::nn {
namespace {

std::uint64_t number(const Tensor& state) {
    std::uint64_t bits = 0;
    for (const float part : state.values()) bits = bits << 16 | static_cast<std::uint64_t>(part);
    return bits;
}

Tensor state_of(std::uint64_t bits) {
    Tensor state({4});
    for (Index i = 4; i-- > 0; bits >>= 16) state[i] = static_cast<float>(bits & 0xffff);
    return state;
}

std::uint64_t at_beginning(std::uint32_t seed) { return std::uint64_t{seed} << 32; }

}  // namespace

Dropout::Dropout(float p, std::uint32_t seed) : p_(p) {
    require(p >= 0 && p < 1, "Dropout: a probability of {} is outside [0, 1)", p);
    state_.value = state_of(at_beginning(seed));
    state_.learned = false, state_.portable = false;
}

void Dropout::initialize(Engine& engine, Initialization) {
    state_.value = state_of(at_beginning(static_cast<std::uint32_t>(engine())));
}

Tensor Dropout::forward(Tensor x) {
    dropped_ = training_;
    if (!training_) return x;
    const std::uint64_t pass = number(state_.value) + 1;
    state_.value = state_of(pass);
    return operators().dropout(std::move(x), p_, pass);
}

Tensor Dropout::backward(Tensor dy) {
    return dropped_ ? operators().dropout(std::move(dy), p_, number(state_.value)) : std::move(dy);
}

std::string Dropout::details() const { return fmt::format("{}", p_); }

}  // namespace cnn::nn
