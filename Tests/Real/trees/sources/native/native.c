#include "native.h"
int native_answer(void) { return 41; }
