#include "cli/verbs/verbs.hpp"
namespace cnn::cli {
int plot(const Console&, const PlotOptions&) { throw CannotWork("not yet"); }
int data_list(const Console&) { throw CannotWork("not yet"); }
int data_fetch(const Console&, const std::vector<std::string>&) { throw CannotWork("not yet"); }
int data_verify(const Console&, const std::vector<std::string>&) { throw CannotWork("not yet"); }
int data_make(const Console&, const MakeOptions&) { throw CannotWork("not yet"); }
}  // namespace cnn::cli
