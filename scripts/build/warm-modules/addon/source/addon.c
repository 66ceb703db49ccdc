/*
 * An addon for Node with one function: create(function) returns, as a Buffer, what V8 has compiled by now of the
 * function that a module of Node's is, and of all functions in it. Node's own JavaScript offers this for scripts alone.
 *
 * Written without any header, so that it compiles without Node's and V8's. A Local<Function>, which the function of V8's
 * takes, is in a register what Node-API calls napi_value.
 * Source: Node-API `js_native_api.h`; V8 `v8-script.h` (ScriptCompiler::CachedData and CreateCodeCacheForFunction).
 */
#include <stddef.h>
#include <stdint.h>

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);

int napi_get_cb_info(napi_env, napi_callback_info, size_t *count, napi_value *arguments, napi_value *self, void **data);
int napi_create_buffer_copy(napi_env, size_t length, const void *data, void **copy, napi_value *result);
int napi_create_function(napi_env, const char *name, size_t length, napi_callback, void *data, napi_value *result);
int napi_set_named_property(napi_env, napi_value object, const char *name, napi_value value);

struct cached_data {
	const uint8_t *data;
	int length;
};

/* v8::ScriptCompiler::CreateCodeCacheForFunction(v8::Local<v8::Function>) */
struct cached_data *_ZN2v814ScriptCompiler26CreateCodeCacheForFunctionENS_5LocalINS_8FunctionEEE(napi_value);

static napi_value create(napi_env env, napi_callback_info info)
{
	size_t count = 1;
	napi_value function = NULL, result = NULL;
	if (napi_get_cb_info(env, info, &count, &function, NULL, NULL) != 0 || count != 1)
		return NULL;
	/* Never freed: the process makes each once and ends. */
	struct cached_data *cached = _ZN2v814ScriptCompiler26CreateCodeCacheForFunctionENS_5LocalINS_8FunctionEEE(function);
	if (cached == NULL || napi_create_buffer_copy(env, cached->length, cached->data, NULL, &result) != 0)
		return NULL;
	return result;
}

napi_value napi_register_module_v1(napi_env env, napi_value exports)
{
	napi_value function = NULL;
	if (napi_create_function(env, "create", 6, create, NULL, &function) == 0)
		napi_set_named_property(env, exports, "create", function);
	return exports;
}
