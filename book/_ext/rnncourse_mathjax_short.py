"""MathJax in fewer letters: what each of its modules brings anew stands once.

MathJax 3 is written for browsers of 2009, so each of its modules carries its own functions for
classes, loops and spread arguments: a sixth of the file. The first of each stays and serves all. A
text that is not found, as in another version of MathJax, stays as it is.
"""

import re

# The functions as they stand in the file, but for the names of their variables.
HELPERS = {
    "extends": (
        r"""(n=function(t,e){return n=Object.setPrototypeOf||{__proto__:[]}instanceof Array&"""
        r"""&function(t,e){t.__proto__=e}||function(t,e){for(var r in e)Object.prototype.has"""
        r"""OwnProperty.call(e,r)&&(t[r]=e[r])},n(t,e)},function(t,e){if("function"!=typeof """
        r"""e&&null!==e)throw new TypeError("Class extends value "+String(e)+" is not a cons"""
        r"""tructor or null");function r(){this.constructor=t}n(t,e),t.prototype=null===e?Ob"""
        r"""ject.create(e):(r.prototype=e.prototype,new r)})"""
    ),
    "values": (
        r"""function(t){var e="function"==typeof Symbol&&Symbol.iterator,r=e&&t[e],n=0;if(r)"""
        r"""return r.call(t);if(t&&"number"==typeof t.length)return{next:function(){return t"""
        r"""&&n>=t.length&&(t=void 0),{value:t&&t[n++],done:!t}}};throw new TypeError(e?"Obj"""
        r"""ect is not iterable.":"Symbol.iterator is not defined.")}"""
    ),
    "read": (
        r"""function(t,e){var r="function"==typeof Symbol&&t[Symbol.iterator];if(!r)return t"""
        r""";var n,o,a=r.call(t),i=[];try{for(;(void 0===e||e-- >0)&&!(n=a.next()).done;)i.p"""
        r"""ush(n.value)}catch(t){o={error:t}}finally{try{n&&!n.done&&(r=a.return)&&r.call(a"""
        r""")}finally{if(o)throw o.error}}return i}"""
    ),
    "spreadArray": (
        r"""function(t,e,r){if(r||2===arguments.length)for(var n,o=0,a=e.length;o<a;o++)!n&&"""
        r"""o in e||(n||(n=Array.prototype.slice.call(e,0,o)),n[o]=e[o]);return t.concat(n||"""
        r"""Array.prototype.slice.call(e))}"""
    ),
    "assign": (
        r"""function(){return n=Object.assign||function(t){for(var e,r=1,n=arguments.length;"""
        r"""r<n;r++)for(var o in e=arguments[r])Object.prototype.hasOwnProperty.call(e,o)&&("""
        r"""t[o]=e[o]);return t},n.apply(this,arguments)}"""
    ),
}
VARIABLE = re.compile(r"(?<![\w.'\"])[a-z](?![\w'\"])")
# Turns of phrase, each with a function that says the same.
PHRASES = {
    r'Object\.defineProperty\((\w),"__esModule",\{value:!0\}\)': r"mathjax_module(\1)",
    (
        r'Object\.defineProperty\((\w\.prototype,"\w+"),\{get:(function\(\)\{return[^{}]*\})'
        r",enumerable:!1,configurable:!0\}\)"
    ): r"mathjax_get(\1,\2)",
    (
        r"catch\(t\)\{(\w)=\{error:t\}\}finally\{try\{(\w)&&!\2\.done&&\((\w)=(\w)\.return\)&&"
        r"\3\.call\(\4\)\}finally\{if\(\1\)throw \1\.error\}\}"
    ): r"finally{mathjax_close(\2,\4)}",
}
FUNCTIONS = """
var mathjax_module=function(e){Object.defineProperty(e,"__esModule",{value:!0})};
var mathjax_get=function(e,name,get){Object.defineProperty(e,name,{get:get,configurable:!0})};
var mathjax_close=function(e,all){e&&!e.done&&all.return&&all.return()};
"""


def shorter(script: str) -> str:
    """The same script; the functions that were there many times stand once, at its head."""
    head = []
    for name, text in HELPERS.items():
        given = "this&&this.__" + name + "||"
        pattern = re.compile(re.escape(given) + VARIABLE.sub(r"\\w", re.escape(text)))
        script, count = pattern.subn(f"mathjax_{name}", script)
        if count:
            head.append(f"var mathjax_{name}=function(){{var n;return {text}}}();")
    for phrase, said in PHRASES.items():
        script = re.sub(phrase, said, script)
    return FUNCTIONS + "\n".join([*head, script])
