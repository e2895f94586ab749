// Wrong answers that learners give, each with the sentence that names it.
#include "convolution.hpp"
#include "grader/exercise.hpp"

using namespace cnn;
using namespace cnn::lab04;

const std::vector<grader::Replacement>& grader::mistakes() {
    static const std::vector<Replacement> list{
        mistake(output_size, "no_first_place", "the filter's first place is missing: n steps have n + 1 places.",
                [](Index input, Index filter, Index stride, Index padding, Remainder remainder) {
                    return output_size(input, filter, stride, padding, remainder) - 1;
                }),
        mistake(conv2d_forward, "bias_forgotten", "the bias is missing: every output value begins with b(k).",
                [](const Tensor& x, const Tensor& w, const Tensor&, const Window& window) {
                    return conv2d_forward(x, w, Tensor({w.size(0)}), window);
                }),
    };
    return list;
}
