int native_answer(void);
