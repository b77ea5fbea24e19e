namespace PaymentGateway.People;

/// <summary>What a person is: for a merchant, or for the whole installation.</summary>
internal enum PersonRole
{
    /// <summary>Everybody who is signed in: sees and does what is their own.</summary>
    Student,

    /// <summary>Of a merchant: everything, its team included.</summary>
    Owner,

    /// <summary>Of a merchant: builds and watches the integration, and moves no money back.</summary>
    Developer,

    /// <summary>Of a merchant, or of all of them: money that goes back, disputes, reports.</summary>
    Finance,

    /// <summary>Of a merchant: looks things up for customers.</summary>
    Support,

    /// <summary>Of the installation: settings and teams of all merchants.</summary>
    Admin,

    /// <summary>Of the installation: reads everything that proves something, of all merchants.</summary>
    Compliance,
}

internal static class Roles
{
    /// <summary>What a member of a merchant's team can be.</summary>
    public static IReadOnlyList<PersonRole> OfTeams { get; } = [PersonRole.Owner, PersonRole.Developer, PersonRole.Finance, PersonRole.Support];

    /// <summary>What the operator can make a person.</summary>
    public static IReadOnlyList<PersonRole> OfPlatform { get; } = [PersonRole.Admin, PersonRole.Finance, PersonRole.Compliance];

    /// <summary>These move money or decide who does: without a second factor they may not act.</summary>
    public static bool NeedsFactor(PersonRole role) => role is PersonRole.Owner or PersonRole.Finance or PersonRole.Admin;
}
