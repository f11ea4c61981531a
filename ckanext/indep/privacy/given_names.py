"""Pure: given names that are frequent in the United States.

Own selection of names that the Social Security Administration lists among the most frequent of
the last hundred years (a work of the federal government and so in the public domain, 17 U.S.C.
105), in the order of the alphabet. Names that are as often words, places or family names are
left out: Grant, Grace, Mark, May, Amber, Austin, Jordan, Virginia and the like.
"""

# pyright: strict
from __future__ import annotations

__all__ = ["GIVEN_NAMES"]

GIVEN_NAMES = frozenset(
    {
        "aaron", "abigail", "adam", "adrian", "alan", "albert", "alejandro", "alexander",
        "alexis", "alice", "alicia", "alyssa", "amanda", "amy", "ana", "andrea",
        "andrew", "angela", "ann", "anna", "anne", "anthony", "antonio", "arthur", "ashley",
        "barbara", "benjamin", "bernard", "betty", "beverly", "billy", "bobby", "bradley",
        "brandon", "brenda", "brian", "brittany", "bruce", "bryan", "carl", "carla", "carlos",
        "carmen", "carol", "caroline", "carolyn", "catherine", "charlene", "charles",
        "charlotte", "cheryl", "christina", "christine", "christopher", "cindy", "claudia",
        "connie", "craig", "cynthia", "daniel", "danielle", "david", "deborah",
        "debra", "denise", "dennis", "derek", "diana", "diane", "diego", "donald", "donna",
        "doris", "dorothy", "douglas", "dylan", "edward", "edwin", "eileen", "elaine", "elena",
        "elizabeth", "emily", "emma", "eric", "erica", "erin", "esther", "ethan", "eugene",
        "evelyn", "fernando", "frances", "francisco", "frederick", "gabriel", "gary", "george",
        "gerald", "gladys", "gloria", "gregory", "guadalupe", "hannah", "harold", "heather",
        "hector", "heidi", "helen", "henry", "howard", "isabella", "jacob", "jacqueline",
        "jaime", "james", "jamie", "jane", "janet", "janice", "jason", "javier", "jean",
        "jeffrey", "jennifer", "jeremy", "jerry", "jesse", "jessica", "jill", "joan", "joann",
        "joe", "john", "johnny", "jonathan", "jorge", "jose", "joseph", "joshua", "joyce",
        "juan", "juanita", "judith", "judy", "julia", "julie", "justin", "karen", "katherine",
        "kathleen", "kathryn", "kathy", "katie", "keith", "kelly", "kenneth", "kevin",
        "kimberly", "kristen", "kristin", "kyle", "larry", "laura", "lauren", "leonard",
        "leslie", "linda", "lisa", "logan", "lori", "louis", "louise", "lucia", "luis", "lynn",
        "manuel", "marcus", "margaret", "maria", "marie", "marilyn", "mario", "martha", "mary",
        "matthew", "megan", "melanie", "melissa", "michael", "michele", "michelle", "miguel",
        "mildred", "monica", "nancy", "natalie", "nathan", "nicholas", "nicole", "norma",
        "olivia", "oscar", "pamela", "patricia", "patrick", "paul", "paula", "pedro", "peggy",
        "peter", "philip", "phillip", "phyllis", "rachel", "ralph", "ramon", "randy", "raymond",
        "rebecca", "regina", "ricardo", "richard", "rita", "robert", "roberto",
        "rodney", "roger", "ronald", "rosa", "roy", "russell", "ruth", "ryan", "samantha",
        "samuel", "sandra", "sara", "sarah", "scott", "sean", "sergio", "shannon", "sharon",
        "shawn", "sheila", "shirley", "sofia", "sophia", "stacy", "stephanie", "stephen",
        "steven", "susan", "suzanne", "sylvia", "tammy", "tara", "teresa", "terry", "theodore",
        "theresa", "thomas", "tiffany", "timothy", "tina", "todd", "tracy", "valerie",
        "vanessa", "veronica", "victoria", "vincent", "walter", "wanda", "wendy",
        "wesley", "william", "yolanda", "zachary",
    }
)  # fmt: skip
