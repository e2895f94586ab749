// What learners get wrong in lab 15, by subject.
#include "block_mistakes.hpp"
#include "degradation_mistakes.hpp"
#include "network_mistakes.hpp"
#include "norm_mistakes.hpp"
#include "shortcut_mistakes.hpp"

const std::vector<cnn::grader::Replacement>& cnn::grader::mistakes() {
    using namespace cnn::lab15::wrong;
    static const std::vector<Replacement> all = [] {
        std::vector<Replacement> list;
        for (auto part : {forward_mistakes(), backward_mistakes(), block_mistakes(), shortcut_mistakes(),
                          bottleneck_mistakes(), network_mistakes(), degradation_mistakes()})
            list.insert(list.end(), part.begin(), part.end());
        return list;
    }();
    return all;
}
