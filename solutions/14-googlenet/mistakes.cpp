// Wrong answers that learners give, each with the sentence that names it.
#include "cost_mistakes.hpp"
#include "head_mistakes.hpp"
#include "module_mistakes.hpp"
#include "network_mistakes.hpp"
#include "pooling_mistakes.hpp"

namespace cnn {

const std::vector<grader::Replacement>& grader::mistakes() {
    static const std::vector<Replacement> list = [] {
        std::vector<Replacement> all = lab14::wrong::module_mistakes();
        for (const auto& more : {lab14::wrong::cost_mistakes(), lab14::wrong::head_mistakes(),
                                 lab14::wrong::pooling_mistakes(), lab14::wrong::network_mistakes()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return list;
}

}  // namespace cnn
