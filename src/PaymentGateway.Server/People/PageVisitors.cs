using Microsoft.AspNetCore.WebUtilities;
using PaymentGateway.Http;
using PaymentGateway.People.Pages;

namespace PaymentGateway.People;

/// <summary>Who looks at a server-rendered page; null: nobody who is signed in.</summary>
public delegate ValueTask<Person?> FindPageVisitor(HttpContext http, CancellationToken cancel);

/// <summary>Addresses of the account's pages that others lead to.</summary>
public static class AccountLinks
{
    public const string Account = AccountPaths.Root;

    /// <summary>The form to sign in, which leads on to a page of this server.</summary>
    /// <param name="then">Its path, and its query where it has one.</param>
    public static string SignInFor(string then) => QueryHelpers.AddQueryString(AccountPaths.SignIn, "then", then);
}
