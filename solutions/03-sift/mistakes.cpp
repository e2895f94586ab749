// Wrong answers that learners give, each with the sentence that names it.
#include "box_mistakes.hpp"
#include "extrema_mistakes.hpp"
#include "match_mistakes.hpp"
#include "peak_mistakes.hpp"
#include "pyramid_mistakes.hpp"
#include "surf_mistakes.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::mistakes() {
    using namespace cnn::lab03;
    static const std::vector<Replacement> list = [] {
        std::vector<Replacement> all;
        for (const auto& part :
             {kernel_mistakes(),  blur_mistakes(),      enlarging_mistakes(),  octave_mistakes(),
              pyramid_mistakes(), extrema_mistakes(),   fit_mistakes(),        edge_mistakes(),
              refine_mistakes(),  histogram_mistakes(), angle_mistakes(),      grid_mistakes(),
              length_mistakes(),  sift_mistakes(),      match_mistakes(),      integral_mistakes(),
              hessian_mistakes(), haar_mistakes(),      surf_angle_mistakes(), surf_descriptor_mistakes(),
              surf_mistakes()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return list;
}
