#include "cli/verbs/verbs.hpp"
namespace cnn::cli {
int watch(const Console&, const std::string&) { throw CannotWork("not yet"); }
int solution(const Console&, const SolutionOptions&) { throw CannotWork("not yet"); }
int run_lab(const Console&, const RunOptions&) { throw CannotWork("not yet"); }
int call(const Console&, const CallOptions&) { throw CannotWork("not yet"); }
int plot(const Console&, const PlotOptions&) { throw CannotWork("not yet"); }
int data_list(const Console&) { throw CannotWork("not yet"); }
int data_fetch(const Console&, const std::vector<std::string>&) { throw CannotWork("not yet"); }
int data_verify(const Console&, const std::vector<std::string>&) { throw CannotWork("not yet"); }
int data_make(const Console&, const MakeOptions&) { throw CannotWork("not yet"); }
int bench(const Console&, const std::vector<std::string>&) { throw CannotWork("not yet"); }
int doctor(const Console&) { throw CannotWork("not yet"); }
int demo(const Console&) { throw CannotWork("not yet"); }
int test_everything(const Console&) { throw CannotWork("not yet"); }
int verify(const Console&, const std::vector<std::string>&) { throw CannotWork("not yet"); }
}  // namespace cnn::cli
