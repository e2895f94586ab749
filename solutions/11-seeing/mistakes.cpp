// Wrong answers that learners give, each with the sentence that names it.
#include "ascent_mistakes.hpp"
#include "deconvnet_mistakes.hpp"
#include "network_mistakes.hpp"
#include "picture_mistakes.hpp"
#include "way_back_mistakes.hpp"

namespace cnn {

const std::vector<grader::Replacement>& grader::mistakes() {
    using namespace lab11::wrong;
    static const std::vector<Replacement> list = [] {
        std::vector<Replacement> all;
        for (const auto& some :
             {colour_mistakes(), filter_and_map_mistakes(), mosaic_mistakes(), unpooling_mistakes(), size_mistakes(),
              matrix_mistakes(), transposed_mistakes(), forward_mistakes(), back_mistakes(), project_mistakes(),
              cover_mistakes(), occlusion_mistakes(), gradient_mistakes(), step_mistakes(), blur_mistakes(),
              ascent_mistakes(), saliency_mistakes()})
            all.insert(all.end(), some.begin(), some.end());
        return all;
    }();
    return list;
}

}  // namespace cnn
