// Wrong answers that learners give, each with the sentence that names it.
#include "augmentation_mistakes.hpp"
#include "convolution_mistakes.hpp"
#include "error_mistakes.hpp"
#include "layer_mistakes.hpp"
#include "network_mistakes.hpp"
#include "small_mistakes.hpp"
#include "tower_mistakes.hpp"

namespace cnn {

const std::vector<grader::Replacement>& grader::mistakes() {
    static const std::vector<Replacement> list = [] {
        std::vector<Replacement> all = lab12::wrong::layer_mistakes();
        for (const auto& more : {lab12::wrong::convolution_mistakes(), lab12::wrong::augmentation_mistakes(),
                                 lab12::wrong::published_mistakes(), lab12::wrong::tower_mistakes(),
                                 lab12::wrong::small_mistakes(), lab12::wrong::error_mistakes()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return list;
}

}  // namespace cnn
