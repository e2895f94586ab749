// The library's fast operators in the place of this lab's.
#include "kernels/hog.hpp"

#include "grader/exercise.hpp"
#include "hog.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::kernels() {
    static const std::vector<Replacement> list{
        kernel(lab02::normalize_blocks, cnn::kernels::hog_blocks),
        kernel(lab02::hog, [](const Image& picture, const lab02::Settings& s) {
            const Tensor cells = cnn::kernels::hog_cells(
                {picture.pixels.data(), picture.height, picture.width, picture.channels},
                {.cell = s.cell, .block = s.block, .bins = s.bins, .shared_votes = s.shared_votes});
            Tensor blocks = cnn::kernels::hog_blocks(cells, s.block);
            const Index count = blocks.count();
            return std::move(blocks).reshaped({count});
        })};
    return list;
}
