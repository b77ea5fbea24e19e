using System.Security.Cryptography;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.People;

/// <summary>One-time codes of people: given at sign-in, and for single operations.</summary>
internal sealed class SecondFactors(
    UserStore users, Attempts attempts, SecretVault vault, Committer committer, PeopleTrail trail, PersonTime time) : ISecondFactor
{
    public const string Header = "X-Second-Factor";
    public const int RecoveryCodes = 10;
    public const string SignIn = "sign_in";

    private const string Issuer = "PaymentGateway";
    private const string RecoveryPurpose = "people.recovery_codes";
    private const string RecoveryAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int RecoveryLength = 10;

    /// <summary>A new secret, sealed for its person, and what an app is shown.</summary>
    public (string Sealed, byte[] Secret, string Uri) Offer(User user)
    {
        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        return (vault.Encrypt(PurposeOf(user), Convert.ToBase64String(secret)), secret, Totp.UriOf(secret, user.Email!, Issuer));
    }

    /// <summary>What was offered and is not confirmed yet; null: nothing.</summary>
    public FactorOffer? OfferOf(User user) => user is { HasFactor: false, TotpOffer: { } offer }
        ? new(SecretOf(user, offer), Totp.UriOf(SecretOf(user, offer), user.Email!, Issuer))
        : null;

    /// <summary>The step of a code under a sealed secret; null: it is none of it.</summary>
    public long? StepOf(User user, string sealedSecret, string code) =>
        Totp.Find(SecretOf(user, sealedSecret), code, time.Now);

    /// <summary>Six digits; what is longer may be a recovery code.</summary>
    public static bool IsOfTheApp(string code) => code.Length == Totp.Digits;

    /// <summary>Writes that a code or a recovery code was used for an operation: a second use conflicts.</summary>
    /// <returns>False: it is neither.</returns>
    public bool TryUse(Change change, User user, string code, string operation)
    {
        if (IsOfTheApp(code))
        {
            if (StepOf(user, user.TotpSecret!, code) is not { } step)
            {
                return false;
            }

            change.Write(UserRows.UseCode, new UsedCode(user.Id, step, operation, time.Now));
            return true;
        }

        if (code.Length is < RecoveryLength or > 2 * RecoveryLength)
        {
            return false;
        }

        change.Write(UserRows.UseRecoveryCode, new UsedRecoveryCode(user.Id, RecoveryHash(user.Id, code), time.Now));
        return true;
    }

    /// <summary>New recovery codes in place of all earlier ones, for the person to keep.</summary>
    public string[] RenewRecoveryCodes(Change change, User user)
    {
        var codes = Enumerable.Range(0, RecoveryCodes).Select(_ =>
        {
            var text = RandomNumberGenerator.GetString(RecoveryAlphabet, RecoveryLength);
            return $"{text[..5]}-{text[5..]}";
        }).ToArray();
        change.Write(UserRows.ForgetRecoveryCodes, user.Id);
        change.WriteAll(UserRows.AddRecoveryCode, codes.Select(code => (user.Id, RecoveryHash(user.Id, code))));
        return codes;
    }

    /// <summary>
    /// Whether the caller has given a fresh code for this very operation. The code is used up by a commit of its own before anything is done,
    /// for this operation and no other; the same operation may be tried again with it, as it may have met a conflict.
    /// </summary>
    public async ValueTask<Outcome<bool>> Check(Caller caller, HttpRequest request, string operation, CancellationToken cancel)
    {
        if (caller.Person is not { } person || request.Headers[Header] is not [{ Length: > 0 } code])
        {
            return false;
        }

        if (await users.Find(person.UserId, cancel) is not { State: UserState.Active, TotpSecret: { } secret } user)
        {
            return new Refusal(Errors.TwoFactorAuthFailed);
        }

        var (account, address) = (attempts.Code(user.Id), attempts.From(person.Address));
        if (await attempts.Begin(cancel, address, account) is { } refused)
        {
            return refused;
        }

        var change = new Change();
        if (!IsOfTheApp(code) || StepOf(user, secret, code) is not { } step)
        {
            await trail.RecordAlone(person.Origin, "second_factor.fail", user.Id, cancel);
            return new Refusal(Errors.TwoFactorAuthFailed);
        }

        change.Write(UserRows.UseCode, new UsedCode(user.Id, step, operation, time.Now));
        Attempts.Forgive(change, account, address);
        trail.Record(change, person.Origin, "second_factor.give", user.Id, after: new() { ["operation"] = operation });
        switch (await committer.Commit(change, cancel))
        {
            case CommitOutcome.Committed:
                return true;
            case CommitOutcome.Rejected rejected:
                throw new CommitRejectedException(rejected);
            default:
                return await users.OperationOf(user.Id, step, cancel) == operation ? true : new Refusal(Errors.TwoFactorAuthFailed);
        }
    }

    /// <summary>Not under a hash alone: fifty bits could be tried out.</summary>
    private string RecoveryHash(string userId, string code) =>
        vault.Sign(RecoveryPurpose, $"{userId}/{code.Replace("-", "", StringComparison.Ordinal).Trim().ToLowerInvariant()}");

    private byte[] SecretOf(User user, string sealedSecret) => Convert.FromBase64String(vault.Decrypt(PurposeOf(user), sealedSecret));

    private static string PurposeOf(User user) => $"people.totp/{user.Id}";
}
