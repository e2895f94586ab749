// What this lab's functions can take the place of when a network runs on the learner's own code.
#include "alexnet.hpp"
#include "nn/loan.hpp"

using namespace cnn;

namespace {

// The table's alpha is divided by the size, as PyTorch's; the paper's is not.
lab12::ResponseNorm as_published(const kernels::Neighborhood& neighborhood) {
    return {neighborhood.size, neighborhood.k, neighborhood.alpha / static_cast<float>(neighborhood.size),
            neighborhood.beta};
}

}  // namespace

extern "C" const std::vector<nn::OwnOperator>& own_operators() {
    static const std::vector<nn::OwnOperator> list{
        {"local_response_norm_forward", "12.1",
         [](nn::Operators& table) {
             table.local_response_norm_forward = [](const Tensor& x, const kernels::Neighborhood& neighborhood) {
                 // The learner's way back computes the scale again.
                 return kernels::LocallyNormalized{lab12::local_response_norm_forward(x, as_published(neighborhood)),
                                                   Tensor()};
             };
         }},
        {"local_response_norm_backward", "12.1",
         [](nn::Operators& table) {
             table.local_response_norm_backward = [](Tensor dy, const Tensor& x, const Tensor&,
                                                     const kernels::Neighborhood& neighborhood) {
                 return lab12::local_response_norm_backward(dy, x, as_published(neighborhood));
             };
         }},
        {"dropout", "12.2",
         [](nn::Operators& table) {
             // The mask follows from the seed, so that the same function serves on the way back.
             table.dropout = [](Tensor x, float p, std::uint64_t seed) {
                 const auto folded = static_cast<std::uint32_t>(seed ^ seed >> 32);
                 return lab12::dropout_training(x, lab12::dropout_mask(x.shape(), p, folded), p,
                                                lab12::DropoutForm::inverted);
             };
         }},
        {"grouped_conv2d_forward", "12.3",
         [](nn::Operators& table) {
             table.grouped_conv2d_forward = [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window,
                                               Index groups) {
                 return lab12::grouped_conv2d_forward(x, w, b.empty() ? Tensor({w.size(0)}) : b, window, groups);
             };
         }},
        {"grouped_conv2d_backward_input", "12.3",
         [](nn::Operators& table) { table.grouped_conv2d_backward_input = lab12::grouped_conv2d_backward_input; }},
        {"grouped_conv2d_backward_filters", "12.3", [](nn::Operators& table) {
             table.grouped_conv2d_backward_filters = [](const Tensor& x, const Tensor& dy, const Window& window,
                                                        Index groups) {
                 auto [dw, db] = lab12::grouped_conv2d_backward_filters(x, dy, window, groups);
                 return kernels::FilterGradients{std::move(dw), std::move(db)};
             };
         }}};
    return list;
}
