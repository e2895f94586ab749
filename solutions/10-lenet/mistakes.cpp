// Wrong answers that learners give, each with the sentence that names it.
#include "layer_mistakes.hpp"
#include "loop_mistakes.hpp"
#include "network_mistakes.hpp"

namespace cnn {

const std::vector<grader::Replacement>& grader::mistakes() {
    static const std::vector<Replacement> list = [] {
        std::vector<Replacement> all = lab10::wrong::layer_mistakes();
        for (const auto& more : {lab10::wrong::network_mistakes(), lab10::wrong::loop_mistakes()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return list;
}

}  // namespace cnn
