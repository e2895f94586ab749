// Wrong answers that learners give, each with the sentence that names it.
#include "solutions/02-hog/descriptor_mistakes.hpp"
#include "solutions/02-hog/machine_mistakes.hpp"
#include "solutions/02-hog/picture_mistakes.hpp"
#include "solutions/02-hog/window_mistakes.hpp"

const std::vector<cnn::grader::Replacement>& cnn::grader::mistakes() {
    using namespace cnn::lab02::wrong;
    static const Mistakes all = [] {
        Mistakes list;
        for (const auto& some :
             {difference_mistakes(), channel_mistakes(), direction_mistakes(), sharing_mistakes(), hys_mistakes(),
              block_mistakes(), size_mistakes(), descriptor_mistakes(), score_mistakes(), loss_mistakes(),
              slope_mistakes(), training_mistakes(), overlap_mistakes(), suppression_mistakes(), pyramid_mistakes(),
              scan_mistakes(), detection_mistakes()})
            list.insert(list.end(), some.begin(), some.end());
        return list;
    }();
    return all;
}
