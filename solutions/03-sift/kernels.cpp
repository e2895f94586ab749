// The library's fast operators in the place of this lab's.
#include "grader/exercise.hpp"
#include "kernels/sift.hpp"
#include "sift.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::kernels() {
    static const std::vector<Replacement> list{
        kernel(lab03::gaussian_blur,
               [](const Tensor& x, float sigma) { return cnn::kernels::gaussian_blur(x, sigma); }),
        kernel(lab03::sift, [](const Tensor& gray) {
            cnn::kernels::Features fast = cnn::kernels::sift(gray);
            lab03::Features features{{}, std::move(fast.descriptors)};
            for (const auto& [row, column, sigma, angle] : fast.keypoints)
                features.keypoints.push_back({row, column, sigma, angle});
            return features;
        })};
    return list;
}
