// Wrong answers that learners give, each with the sentence that names it.
#include "column_mistakes.hpp"
#include "dense_mistakes.hpp"
#include "field_mistakes.hpp"
#include "network_mistakes.hpp"
#include "start_mistakes.hpp"

namespace cnn {

const std::vector<grader::Replacement>& grader::mistakes() {
    static const std::vector<Replacement> list = [] {
        std::vector<Replacement> all = lab13::wrong::table_mistakes();
        for (const auto& more : {lab13::wrong::builder_mistakes(), lab13::wrong::field_mistakes(),
                                 lab13::wrong::start_mistakes(), lab13::wrong::dense_mistakes()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return list;
}

}  // namespace cnn
